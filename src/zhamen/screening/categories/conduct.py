"""Categories of conduct: laundering, financing of crime, identity, credit, and wrongs of insiders."""

from typing import Final

__all__ = ["TABLE"]

TABLE: Final = """
20 laundering 洗钱 Money laundering
 1 predicate_offence 上游犯罪 Predicate offence
 2 underground_bank 地下钱庄 Underground bank
 3 structuring 化整为零 Sums split to stay below a threshold
 4 trade_based 贸易洗钱 Through trade
 5 cash_intensive 现金密集 Unusual amounts of cash
 6 nominee 代持 Assets held for another
 7 illegal_fundraising 非法集资 Unlawful fund raising
 8 pyramid 传销 Pyramid selling
 9 drug 毒品犯罪 Drugs
 10 smuggling 走私 Smuggling
 11 corruption 贪污贿赂 Corruption
 12 tax_crime 涉税犯罪 Tax crime and false invoices
 13 organised_crime 黑社会性质组织 Organised crime
 14 human_trafficking 拐卖人口 Trafficking in people
 15 wildlife 野生动物犯罪 Wildlife crime
 16 illegal_payment 非法支付结算 Payment services without a licence
 17 illegal_exchange 非法买卖外汇 Unlawful trade in foreign exchange
 18 reported 已报可疑交易 Subject of a suspicious activity report
21 terrorism 恐怖融资 Financing of terrorism
 1 designated_person 恐怖活动人员 Designated person
 2 designated_entity 恐怖活动组织 Designated organisation
 3 financing 资助恐怖活动 Someone who financed it
 4 proliferation 扩散融资 Financing of proliferation
22 identity 身份风险 Identity
 1 fake_document 伪造证件 Forged document
 2 borrowed_document 冒用证件 Document of another person
 3 expired_document 证件过期 Document out of date
 4 synthetic 虚构身份 Invented identity
 5 mismatch 身份信息不符 Data that do not agree
 6 deceased 已故人员 Person who has died
 7 missing 失联客户 Customer who cannot be reached
 8 nominee_opening 他人代开 Account opened in another's name
 9 refused_opening 被拒绝开户 Opening refused before
 10 agent_opening 中介代办开户 Opening arranged by an agent
23 credit 信用违约 Credit
 1 dishonest_debtor 失信被执行人 Judgment debtor who could pay
 2 judgment_debtor 被执行人 Judgment debtor
 3 consumption_limit 限制高消费 Barred from luxury spending
 4 default 逾期违约 Loan in default
 5 loan_fraud 骗取贷款 Loan obtained by deceit
 6 guarantee_ring 担保圈 Ring of guarantees
 7 tax_default 欠税 Taxes unpaid
 8 wage_default 拖欠工资 Wages unpaid
 9 malicious_overdraft 恶意透支 Overdrawn with intent
24 enterprise 企业经营异常 Enterprises
 1 abnormal_operation 经营异常名录 Listed as operating abnormally
 2 seriously_unlawful 严重违法失信 Listed as seriously unlawful
 3 revoked_licence 吊销 Licence revoked
 4 deregistered 注销 Deregistered
 5 no_business_premises 无经营场所 Nothing at its address
 6 same_address 一址多照 One address for many firms
 7 same_representative 一人多企 One person behind many firms
 8 frequent_change 频繁变更 Changes too often
 9 administrative_penalty 行政处罚 Fined by an authority
 10 bankruptcy 破产 Bankrupt
 11 environmental_penalty 环保处罚 Fined for harm to the environment
 12 procurement_ban 采购禁入 Barred from procurement
25 insider 内部与中介 Insiders and intermediaries
 1 employee_misconduct 员工违规 Employee who broke the rules
 2 data_leak 客户信息泄露 Customer data leaked
 3 collusion 内外勾结 Insider in league with outsiders
 4 black_intermediary 黑中介 Unlawful intermediary
 5 complaint_agent 代理投诉黑产 Complaints made for money
 6 unfit_agent 不良代理机构 Agency that broke its contract
"""
