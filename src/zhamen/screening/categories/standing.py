"""Categories of standing: sanctions, office, orders of authorities, and reasons to watch or to trust."""

from typing import Final

__all__ = ["TABLE"]

TABLE: Final = """
30 sanctions 制裁名单 Sanctions
 1 un 联合国安理会制裁 United Nations Security Council
 2 china 中国反制与制裁 China
 3 us 美国制裁 United States
 4 eu 欧盟制裁 European Union
 5 uk 英国制裁 United Kingdom
 6 other_country 其他国家制裁 Another country
 7 sectoral 行业制裁 By sector
 8 owned_by_listed 被制裁对象控制 Owned by someone listed
 9 vessel 受制裁船舶 Ship
 10 wallet_listed 受制裁钱包 Wallet
31 office 公职与关联 Public office
 1 pep_domestic 国内政要 Holder of a public office at home
 2 pep_foreign 外国政要 Holder of a public office abroad
 3 pep_international 国际组织高管 Head of an international organisation
 4 pep_family 政要亲属 Family of an office holder
 5 pep_associate 政要关联人 Associate of an office holder
32 order 有权机关措施 Orders of authorities
 1 police_control 公安布控 Under police control
 2 wanted 通缉 Wanted
 3 court_freeze 法院冻结 Frozen by a court
 4 supervision_freeze 监委冻结 Frozen by a supervisory commission
 5 customs 海关措施 Measure of customs
 6 tax_authority 税务措施 Measure of a tax authority
 7 joint_punishment 联合惩戒 Joint punishment for telecom fraud
 8 account_sale_punishment 买卖账户惩戒 Punished for selling accounts
 9 exit_ban 限制出境 Barred from leaving the country
 10 aml_investigation 反洗钱调查 Under investigation for laundering
33 watch 关注名单 Reasons to watch
 1 victim_once 曾被骗客户 Was a victim before
 2 vulnerable 易受骗人群 Easily deceived
 3 elderly_alone 独居老人 Elderly and alone
 4 dissuaded 曾被劝阻 Was dissuaded before
 5 unusual_pattern 交易异常 Unusual pattern of payments
 6 complaint 投诉涉及 Named in a complaint
 7 public_report 公众举报 Reported by the public
 8 peer_report 同业通报 Reported by a peer
 9 media 负面舆情 Bad press
 10 adverse_region 高风险地区 From a region of high risk
 11 high_risk_country 高风险国家 From a country of high risk
 12 under_review 核实中 Being verified
34 white 白名单 Reasons to trust
 1 verified_customer 已核实客户 Verified customer
 2 public_service 公共事业收款 Public utility
 3 government 政府机关 Government
 4 school 学校 School
 5 hospital 医院 Hospital
 6 charity_registered 登记慈善组织 Registered charity
 7 own_account 行内账户 Account of this bank
 8 court_account 法院与公安专户 Account of a court or the police
 9 cleared_after_appeal 申诉成立 Cleared by an appeal
 10 payroll 代发工资账户 Payroll account
 11 regulated_institution 持牌金融机构 Licensed institution
"""
