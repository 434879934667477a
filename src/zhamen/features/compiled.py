"""Numba behind typed words: what the kernel's functions are written on.

The kernel is plain Python over flat arrays of 64-bit words. `inlined` compiles a part of it,
`entry` the whole, once for fixed types; the machine code is kept on disk under a key that is
made from the source of every module of this room, and of the folders that the whole is made of, so
that a changed part is never run from an old whole.
"""

from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast, overload

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = [
    "FLOATS",
    "HALVES",
    "SIZE",
    "WORDS",
    "Floats",
    "Words",
    "bare",
    "entry",
    "fence",
    "halves_at",
    "inlined",
    "prefetch",
    "words_at",
]

_Function = TypeVar("_Function", bound=Callable[..., object])


class Words(Protocol):
    """A flat array of int64 words."""

    def __getitem__(self, at: int, /) -> int: ...
    def __setitem__(self, at: int, value: int, /) -> None: ...


class Floats(Protocol):
    """A flat array of float64."""

    def __getitem__(self, at: int, /) -> float: ...
    def __setitem__(self, at: int, value: float, /) -> None: ...


WORDS: Final = types.Array(types.int64, 1, "C")
HALVES: Final = types.Array(types.int32, 1, "C")
"""Words of 32 bits; typed as `Words` too."""
FLOATS: Final = types.Array(types.float64, 1, "C")
SIZE: Final = types.int64


def inlined(function: _Function) -> _Function:
    """Compile a part of the kernel; it becomes part of the entry that calls it."""
    return cast("_Function", numba.njit(error_model="numpy")(function))


def entry(
    make: Callable[[str], _Function],
    arguments: tuple[Any, ...] = (WORDS, WORDS, WORDS, FLOATS, SIZE),
    *,
    rooms: tuple[Path, ...] = (),
    nogil: bool = False,
) -> Callable[[], _Function]:
    """Give a function that compiles, or loads, what `make` makes; it takes `arguments` and gives a word.

    `make` gets the digest of the sources of this room and of the folders `rooms`; the function that
    it makes must read it, for that is what makes it part of the key. With `nogil` other threads run
    meanwhile; taking the interpreter back costs a wait where they do not let go of it. Where no folder
    can be written, nothing is kept and every process compiles (about 10 s).
    """
    signature = types.int64(*arguments)
    made: list[_Function] = []

    def get() -> _Function:
        if not made:
            function = make(_digest((Path(__file__).parent, *rooms)))
            compiled = numba.njit(nogil=nogil, error_model="numpy")(function)
            with suppress(RuntimeError):  # numba finds no folder to keep it in
                compiled.enable_caching()
            compiled.compile(signature)
            made.append(cast("_Function", compiled))
        return made[0]

    return get


def _digest(rooms: tuple[Path, ...]) -> str:
    digest = blake2b(digest_size=8)
    for room in rooms:
        for path in sorted(room.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _at(typing: Any, array: Any) -> Any:  # noqa: ARG001  # numba's calling convention
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), generate  # type: ignore[no-untyped-call]


def _pointer_to(kind: Any) -> Callable[..., Any]:
    def point(typing: Any, address: Any) -> Any:  # noqa: ARG001  # numba's calling convention
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return types.CPointer(kind)(types.int64), generate  # type: ignore[no-untyped-call]

    return point


def _ask_for(typing: Any, words: Any, at: Any) -> Any:  # noqa: ARG001  # numba's calling convention
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        byte, flag = cgutils.voidptr_t, cgutils.int32_t
        address = builder.bitcast(builder.gep(arguments[0], [arguments[1]]), byte)
        name = "llvm.prefetch.p0" if str(byte) == "ptr" else "llvm.prefetch.p0i8"
        kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        fetch = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
        read, keep, data = flag(0), flag(3), flag(1)
        builder.call(fetch, [address, read, keep, data])
        return context.get_dummy_value()

    return types.void(words, types.int64), generate


def _keep_order(typing: Any) -> Any:  # noqa: ARG001  # numba's calling convention
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        builder.fence("acq_rel")
        return context.get_dummy_value()

    return types.void(), generate


class _Pointing(Protocol):
    """Gives the words of an array without the array: nothing is counted, nothing is checked."""

    @overload
    def __call__(self, array: Words, /) -> Words: ...
    @overload
    def __call__(self, array: Floats, /) -> Floats: ...


bare: Final = cast("_Pointing", intrinsic(_at))
"""Give the bare words of an array, which the caller keeps alive.

Numba counts references to an array in every function it is passed to, with a locked instruction
each; that was three quarters of the kernel's time.
"""

words_at: Final = cast("Callable[[int], Words]", intrinsic(_pointer_to(types.int64)))
"""Give the words at an address, which the caller keeps alive; quicker to pass than an array."""

halves_at: Final = cast("Callable[[int], Words]", intrinsic(_pointer_to(types.int32)))
"""The same of words of 32 bits."""

prefetch: Final = cast("Callable[[Words, int], None]", intrinsic(_ask_for))
"""Ask for the cache line of a word that will be needed soon. Changes nothing."""

fence: Final = cast("Callable[[], None]", intrinsic(_keep_order))
"""Let other threads see what was written before no later than what is written after."""
