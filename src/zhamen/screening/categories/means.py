"""Categories of means: accounts, cards, merchants, numbers, devices, sites and wallets that serve crime."""

from typing import Final

__all__ = ["TABLE"]

TABLE: Final = """
10 mule 涉案账户 Mule accounts
 1 case_account 公安涉案账户 Account of a police case
 2 first_level 一级涉案账户 Account that victims paid into
 3 second_level 二级涉案账户 Account one step on
 4 further_level 多级涉案账户 Account further on
 5 cash_out 取现账户 Account where the money is withdrawn
 6 suspected_mule 疑似涉案账户 Account suspected by a model
 7 sold_account 买卖账户 Account bought or sold
 8 rented_account 出租出借账户 Account rented or lent
 9 seller 账户出售人 Person who sold an account
 10 buyer 账户收购人 Person who buys accounts
 11 recruiter 卡农招募人 Person who recruits mules
 12 card_courier 取现车手 Person who withdraws cash
 13 shell_company 空壳公司账户 Account of a shell company
 14 group_opening 批量开户 Accounts opened in a group
 15 dormant_woken 久悬账户突然启用 Long unused, suddenly active
 16 bulk_transfer 快进快出 Money in and out at once
 17 test_payment 小额试探 Small payments to test an account
 18 pass_through_merchant 商户过渡账户 Merchant account that passes money on
 19 wallet_account 支付账户涉案 Payment account of a case
 20 stop_payment 紧急止付账户 Account under a stop-payment
 21 frozen 冻结账户 Account frozen by an authority
 22 linked_to_case 与涉案账户关联 Linked to a case account by owner, device or address
11 card 卡片风险 Cards
 1 counterfeit 伪卡 Counterfeit card
 2 compromised 信息泄露卡 Card whose data leaked
 3 lost 挂失卡 Card reported lost
 4 stolen 被盗卡 Card reported stolen
 5 carding 测卡卡号 Card number tried by machines
 6 cash_advance 信用卡套现卡 Card used for cash through a merchant
 7 bin_attack 卡段攻击 Range of numbers under attack
 8 prepaid_abuse 预付卡洗钱 Prepaid card used to move money
12 merchant 商户风险 Merchants
 1 fake_merchant 虚假商户 Merchant that does not exist
 2 code_shifting 套码 Merchant code of another trade
 3 machine_moved 移机 Terminal used elsewhere
 4 cash_out_merchant 套现商户 Merchant that gives cash on credit cards
 5 second_settlement 二清 Money kept for others without a licence
 6 gambling_merchant 涉赌商户 Merchant for gambling
 7 fraud_merchant 涉诈商户 Merchant for fraud
 8 illegal_goods 违禁品商户 Merchant of forbidden goods
 9 compromised_terminal 被改装终端 Terminal that copies cards
 10 chargeback_high 拒付率异常 Too many disputed payments
 11 blacklisted_by_scheme 清算组织黑名单 Listed by a clearing organisation
13 phone 电话号码 Telephone numbers
 1 scam_caller 诈骗电话 Number that calls victims
 2 scam_sms 诈骗短信号码 Number that sends scam messages
 3 virtual_number 虚拟号码 Number of a virtual operator
 4 voip_gateway 群呼设备号码 Number behind a call gateway
 5 spoofed 改号电话 Number that was faked
 6 inactive_reassigned 二次放号 Number given to another person
 7 bulk_registered 批量注册号码 Number that registers many accounts
 8 nuisance 骚扰电话 Nuisance calls
 9 code_receiver 接码平台号码 Number that receives codes for others
14 device 终端设备 Devices
 1 case_device 涉案设备 Device of a case
 2 black_market 黑产设备 Device of the underground trade
 3 emulator 模拟器 Emulated device
 4 rooted 越狱或提权设备 Device with its protection removed
 5 device_farm 设备农场 One of many devices under one hand
 6 remote_tool 远控软件设备 Device with remote control software
 7 malware 恶意软件设备 Device with malware
 8 many_accounts 一机多户 Device of many customers
 9 tampered 篡改设备信息 Device that lies about itself
15 network 网络地址 Network addresses
 1 case_address 涉案网络地址 Address of a case
 2 proxy 代理地址 Proxy
 3 vpn VPN出口 Exit of a private network
 4 tor 洋葱网络出口 Exit of an anonymity network
 5 data_centre 机房地址 Address of a data centre
 6 botnet 僵尸网络 Member of a botnet
 7 scanner 扫描与攻击源 Source of attacks
 8 fraud_compound 境外诈骗窝点 Place abroad where frauds are run
 9 flash_dialling 秒拨地址 Address changed for every call
16 site 网站与应用 Sites and applications
 1 phishing 钓鱼网站 Site that takes credentials
 2 fake_bank_site 仿冒银行网站 Site that pretends to be a bank
 3 fake_government_site 仿冒政务网站 Site that pretends to be an authority
 4 fake_shop 虚假购物网站 Shop that delivers nothing
 5 fake_investment_site 虚假投资网站 Site of an investment that does not exist
 6 fake_loan_site 虚假贷款网站 Site of a loan that does not exist
 7 scam_site 诈骗网站 Site used by a fraud
 8 malware_site 恶意软件下载 Site that spreads malware
 9 fraud_app 诈骗应用下载 Download of a fraud's application
 10 pornography_bait 色情引流 Pornography as bait
 11 spam 垃圾推广 Spam and false advertisement
 12 newly_registered 新注册可疑域名 New domain that looks like another
17 wallet 虚拟货币地址 Virtual currency wallets
 1 case_wallet 涉案钱包 Wallet of a case
 2 scam_wallet 诈骗收款地址 Wallet that victims paid into
 3 ransomware 勒索软件地址 Wallet of ransomware
 4 mixer 混币器 Mixer
 5 darknet 暗网市场 Market of the dark net
 6 unlicensed_exchange 无牌兑换 Exchange without a licence
 7 otc_trader 场外承兑 Dealer outside the exchanges
 8 stolen_funds 被盗资产 Stolen assets
"""
