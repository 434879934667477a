"""Categories of harm done to people: frauds by their story, gambling, theft of accounts."""

from typing import Final

__all__ = ["TABLE"]

TABLE: Final = """
1 fraud 电信网络诈骗 Telecom and online fraud
 1 fake_police 冒充公检法 Police, prosecutors or courts impersonated
 2 fake_leader 冒充领导或上级 A superior or leader impersonated
 3 fake_acquaintance 冒充熟人 A friend or relative impersonated
 4 fake_support 冒充客服退款 Customer service with a refund
 5 fake_logistics 冒充物流理赔 Parcel service with a compensation
 6 fake_bank 冒充银行 A bank impersonated
 7 fake_regulator 冒充监管或政务部门 A regulator or public office impersonated
 8 fake_credit_repair 虚假征信修复 Credit record to be repaired
 9 fake_loan 虚假网络贷款 Loan that needs a payment first
 10 card_raising 虚假提额套现 Credit limit raised for a fee
 11 order_brushing 刷单返利 Paid tasks and orders with a return
 12 task_prepayment 连环任务垫付 Chain of tasks paid in advance
 13 fake_investment 虚假投资理财 Investment that does not exist
 14 fake_trading_platform 虚假交易平台 Trading platform under the fraudster's control
 15 fake_crypto_investment 虚拟货币投资诈骗 Investment in virtual currency
 16 futures_forex 虚假期货外汇 Futures or foreign exchange that do not exist
 17 romance_investment 杀猪盘 Romance that leads to investing
 18 romance 婚恋交友诈骗 Romance that asks for money
 19 sextortion 裸聊敲诈 Blackmail with intimate pictures
 20 prostitution_bait 招嫖诈骗 Sexual services as bait
 21 online_shopping 虚假购物 Goods that never come
 22 second_hand 二手交易诈骗 Second-hand trade outside the platform
 23 game_trading 游戏币与装备交易 Game money, items or accounts
 24 ticket_refund 机票退改签 Flight ticket to be changed or refunded
 25 fake_prize 虚假中奖 Prize or lottery won
 26 charity 虚假慈善捐款 Charity that does not exist
 27 epidemic_or_disaster 借灾情疫情行骗 Disaster or epidemic as pretext
 28 pension 养老诈骗 Pensions and care of the elderly
 29 health_products 保健品诈骗 Health goods and cures
 30 medical_insurance 医保社保诈骗 Health or social insurance as pretext
 31 school_fees 冒充老师收费 Teacher collecting fees impersonated
 32 student_loan_cancel 注销校园贷 Student loan to be cancelled
 33 job_offer 招聘求职诈骗 Job offer that asks for a fee
 34 work_abroad 境外高薪招聘 Well-paid work abroad
 35 renting 租房诈骗 Flat to let that is not theirs
 36 subsidy 虚假补贴 Subsidy or allowance to be claimed
 37 tax_refund 退税诈骗 Tax refund to be claimed
 38 etc_notice ETC失效诈骗 Road toll account to be renewed
 39 sim_upgrade 换卡升级诈骗 SIM card to be upgraded
 40 business_email 商务邮件诈骗 Business email with other bank details
 41 invoice_redirect 篡改收款账户 Payee's account changed on an invoice
 42 fake_purchase_order 冒充采购 Purchase order that needs a supplier paid first
 43 advance_fee 预付费诈骗 Fee in advance for a sum that never comes
 44 recovery 追回损失诈骗 Lost money to be recovered for a fee
 45 screen_sharing 共享屏幕诈骗 Screen shared with the fraudster
 46 remote_control 远程控制诈骗 Device under remote control
 47 deepfake AI换脸拟声 Face or voice made by a machine
 48 kidnap_pretence 虚构绑架 Kidnapping invented
 49 accident_pretence 虚构事故 Accident invented
 50 extortion 敲诈勒索 Threats and blackmail
 51 star_fans 追星诈骗 Fans of a star
 52 minor_game 诱骗未成年人 Minors lured through games or gifts
 53 antique_collection 收藏品拍卖诈骗 Antiques and auctions
 54 lawsuit_agent 代理维权诈骗 Rights to be claimed by an agent
 55 cash_pickup 上门取现诈骗 Cash or gold collected at the door
 56 gold_purchase 诱导购金 Gold bought for the fraudster
 57 gift_card 诱导购买礼品卡 Gift cards bought for the fraudster
 58 digital_yuan 数字人民币诈骗 Digital yuan wallet as a way to pay
 59 other_fraud 其他诈骗 Another fraud
2 gambling 跨境赌博 Gambling
 1 platform_account 赌博平台收款账户 Account that collects for a gambling site
 2 payout_account 赌博平台派彩账户 Account that pays winnings
 3 agent 赌博代理 Agent of a gambling site
 4 gambler 参赌人员 Someone who gambles
 5 gambling_site 赌博网站 Gambling site
 6 gambling_app 赌博应用 Gambling application
 7 score_running 跑分平台 Platform that rents accounts to move bets
 8 recharge_merchant 赌资充值商户 Merchant code used to pay in
 9 junket 境外赌场中介 Agent of a casino abroad
 10 lottery 非法彩票 Unlicensed lottery
 11 betting 非法赌球 Unlicensed betting on sports
 12 mahjong_app 棋牌赌博 Card and board games for money
 13 payment_settlement 赌博资金结算 Settlement of gambling funds
3 takeover 账户盗用 Accounts taken over
 1 stolen_card 盗刷银行卡 Card used by a thief
 2 stolen_credentials 凭证泄露 Credentials known to have leaked
 3 stolen_session 会话劫持 Session stolen
 4 sim_swap 补卡劫持 SIM card swapped
 5 sniffing 短信嗅探 Text messages intercepted
 6 phished_customer 钓鱼受害客户 Customer who gave away codes
 7 credential_stuffing 撞库攻击 Source of tried passwords
 8 bound_wallet 被盗绑支付账户 Card bound to a stranger's wallet
 9 lost_document 证件遗失被冒用 Lost document in use
 10 face_attack 人脸识别攻击 Face check attacked
"""
