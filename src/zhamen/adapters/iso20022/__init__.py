"""ISO 20022 payment messages, read safely and written back in their key fields."""

from zhamen.adapters.iso20022.read import MessageFile
from zhamen.adapters.iso20022.transfer import CreditTransfer
from zhamen.adapters.iso20022.write import to_xml

__all__ = ["CreditTransfer", "MessageFile", "to_xml"]
