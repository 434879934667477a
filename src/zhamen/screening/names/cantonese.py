"""Spellings of characters in names as Hong Kong's registers write them, for the frequent ones."""

from typing import Final

__all__ = ["CHARACTERS", "SURNAMES", "spellings_of"]

_TABLE: Final = (
    "陈:chen:chan 李:li:lee/lei/li 张:zhang:cheung 黄:huang:wong 何:he:ho 王:wang:wong 吴:wu:ng 刘:liu:lau "
    "梁:liang:leung 郑:zheng:cheng 叶:ye:yip/ip 罗:luo:law/lo 郭:guo:kwok 周:zhou:chow/chau 林:lin:lam "
    "谢:xie:tse 杨:yang:yeung 冯:feng:fung 曾:zeng:tsang 邓:deng:tang 许:xu:hui 徐:xu:tsui/chui 朱:zhu:chu "
    "马:ma:ma 蔡:cai:choi/tsoi 苏:su:so 潘:pan:poon/pun 彭:peng:pang 卢:lu:lo 余:yu:yu/yue 袁:yuan:yuen "
    "胡:hu:wu/woo 赵:zhao:chiu 关:guan:kwan 温:wen:wan 麦:mai:mak 吕:lv:lui 江:jiang:kong 方:fang:fong "
    "杜:du:to 钟:zhong:chung 邝:kuang:kwong 曹:cao:tso/cho 汤:tang:tong 蒋:jiang:tseung/cheung "
    "沈:shen:shum/sum 宋:song:sung 简:jian:kan 严:yan:yim 庄:zhuang:chong 丁:ding:ting 石:shi:shek "
    "孙:sun:suen/sun 唐:tang:tong 文:wen:man 施:shi:sze/see 颜:yan:ngan 孔:kong:hung 区:ou:au/ow 冼:xian:sin "
    "屈:qu:wat 莫:mo:mok 黎:li:lai 古:gu:koo/ku 甘:gan:kam 伍:wu:ng 高:gao:ko 董:dong:tung 蓝:lan:lam "
    "龙:long:lung 程:cheng:ching 魏:wei:ngai 薛:xue:sit 邵:shao:shiu/siu 姚:yao:yiu 任:ren:yam 韩:han:hon "
    "康:kang:hong 廖:liao:liu 丘:qiu:yau 邱:qiu:yau 范:fan:fan 岑:cen:sum/shum 霍:huo:fok 翁:weng:yung "
    "章:zhang:cheung 尹:yin:wan 戴:dai:tai 侯:hou:hau 毛:mao:mo 白:bai:pak 熊:xiong:hung 秦:qin:chun "
    "段:duan:tuen 雷:lei:lui 史:shi:sze 钱:qian:chin 金:jin:kam 贺:he:ho 万:wan:man 武:wu:mo 倪:ni:ngai "
    "柯:ke:or 傅:fu:fu 符:fu:fu 游:you:yau 詹:zhan:chim 车:che:che 凌:ling:ling 盛:sheng:shing 单:shan:sin "
    "肖:xiao:siu/chiu 萧:xiao:siu 田:tian:tin 于:yu:yu/yue 姜:jiang:keung 崔:cui:tsui/chui "
    "谭:tan:tam 陆:lu:luk 汪:wang:wong 贾:jia:ka 韦:wei:wai 付:fu:fu 邹:zou:chow/chau 孟:meng:mang "
    "闫:yan:yim 阎:yan:yim 陶:tao:to 顾:gu:koo/ku 郝:hao:kok 龚:gong:kung 覃:qin:cham/tam "
    "向:xiang:heung 欧:ou:au 司:si:sze 尤:you:yau 裴:pei:pui 骆:luo:lok 祝:zhu:chuk 阮:ruan:yuen "
    "涂:tu:to 柳:liu:lau 鲍:bao:pau 葛:ge:kot 焦:jiao:chiu 管:guan:koon 房:fang:fong 苗:miao:miu "
    "耿:geng:kang 路:lu:lo 常:chang:sheung 谷:gu:kuk 聂:nie:nip 齐:qi:chai 申:shen:san "
    "左:zuo:cho/tso 殷:yin:yan 牛:niu:ngau 辛:xin:san 佘:she:sheh 饶:rao:yiu 赖:lai:lai 连:lian:lin "
    "俞:yu:yu 褚:chu:chu 尚:shang:sheung "
    "仇:qiu:kau 解:xie:hai 明:ming:ming 大:da:tai 华:hua:wah/wa 强:qiang:keung 伟:wei:wai 志:zhi:chi "
    "国:guo:kwok 家:jia:ka/kar 俊:jun:chun 杰:jie:kit 荣:rong:wing 永:yong:wing 德:de:tak 美:mei:mei 玲:ling:ling "
    "丽:li:lai 芳:fang:fong 英:ying:ying 秀:xiu:sau 珍:zhen:chun/jan 兰:lan:lan 凤:feng:fung 慧:hui:wai "
    "敏:min:man 静:jing:ching 婷:ting:ting 欣:xin:yan 怡:yi:yi/yee 嘉:jia:ka 浩:hao:ho 健:jian:kin 辉:hui:fai "
    "雄:xiong:hung 成:cheng:shing 胜:sheng:shing 祥:xiang:cheung 福:fu:fuk 贵:gui:kwai 生:sheng:sang "
    "海:hai:hoi 山:shan:shan 森:sen:sum 宏:hong:wang 建:jian:kin 平:ping:ping 安:an:on 宁:ning:ning 子:zi:tsz "
    "小:xiao:siu 光:guang:kwong 东:dong:tung 天:tian:tin 银:yin:ngan 玉:yu:yuk 珠:zhu:chu 雪:xue:suet "
    "月:yue:yuet 春:chun:chun 秋:qiu:chau 夏:xia:ha 冬:dong:tung 梅:mei:mui 燕:yan:yin 霞:xia:ha 红:hong:hung "
    "萍:ping:ping 莉:li:lei/lee 娟:juan:kuen 娜:na:na 佩:pei:pui 思:si:sze 诗:shi:sze 雅:ya:nga 颖:ying:wing "
    "莹:ying:ying 晓:xiao:hiu 雯:wen:man 学:xue:hok 仁:ren:yan 义:yi:yee/yi 礼:li:lai 信:xin:shun 智:zhi:chi "
    "勇:yong:yung 军:jun:kwan 涛:tao:to 波:bo:po 鹏:peng:pang 飞:fei:fei 云:yun:wan 星:xing:sing 宇:yu:yu "
    "轩:xuan:hin 然:ran:yin 瑞:rui:sui 泽:ze:chak 兴:xing:hing 昌:chang:cheung 发:fa:fat 财:cai:choy/choi "
    "宝:bao:po 基:ji:kei 民:min:man 中:zhong:chung 正:zheng:ching 清:qing:ching 新:xin:san 世:shi:sai "
    "少:shao:siu 启:qi:kai 达:da:tat 良:liang:leung 忠:zhong:chung 诚:cheng:shing 利:li:lee/lei 恒:heng:hang "
    "立:li:lap/lai 柏:bai:pak 佳:jia:kai 晴:qing:ching 琪:qi:ki 琳:lin:lam 洁:jie:kit 娴:xian:han 惠:hui:wai "
    "娥:e:ngo/ngor 素:su:so 贞:zhen:ching 淑:shu:shuk 婉:wan:yuen 仪:yi:yee/yi 君:jun:kwan 咏:yong:wing "
    "绮:qi:yee/yi 彩:cai:choi 爱:ai:oi 心:xin:sum 乐:le:lok 豪:hao:ho 锦:jin:kam 洪:hong:hung 鸿:hong:hung "
    "耀:yao:yiu 振:zhen:chun 景:jing:king 添:tian:tim 炳:bing:ping 棠:tang:tong 树:shu:shu 根:gen:kan "
    "培:pei:pui 业:ye:yip 权:quan:kuen 炎:yan:yim 坤:kun:kwan 群:qun:kwan 超:chao:chiu 伦:lun:lun 彦:yan:yin "
    "峰:feng:fung 锋:feng:fung 楠:nan:nam 南:nan:nam 北:bei:pak 西:xi:sai 长:chang:cheung 寿:shou:sau "
    "全:quan:chuen 有:you:yau 友:you:yau 元:yuan:yuen 源:yuan:yuen 远:yuan:yuen 广:guang:kwong 顺:shun:shun "
    "鑫:xin:yam 晖:hui:fai 贤:xian:yin 朗:lang:long 迪:di:tik 逸:yi:yat 一:yi:yat 日:ri:yat 乔:qiao:kiu "
    "翠:cui:chui 碧:bi:pik 绍:shao:siu 维:wei:wai 威:wei:wai 卫:wei:wai 伯:bo:pak 仲:zhong:chung 叔:shu:shuk "
    "季:ji:kwai 汉:han:hon 鹤:he:hok 旭:xu:yuk 毅:yi:ngai 艺:yi:ngai 钧:jun:kwan 均:jun:kwan 湛:zhan:cham "
    "灿:can:chan 焕:huan:wun 朝:chao:chiu 潮:chao:chiu 祖:zu:cho 宗:zong:chung 泰:tai:tai 太:tai:tai "
    "本:ben:poon 水:shui:shui 木:mu:muk 火:huo:fo 土:tu:to 玄:xuan:yuen 巧:qiao:hau 可:ke:ho 希:xi:hei "
    "熙:xi:hei 喜:xi:hei 囍:xi:hei 卓:zhuo:cheuk 若:ruo:yeuk 芷:zhi:tsz 紫:zi:tsz 梓:zi:tsz 韵:yun:wan "
    "蕙:hui:wai 薇:wei:mei 媚:mei:mei 娇:jiao:kiu 桂:gui:kwai 香:xiang:heung 花:hua:fa 莲:lian:lin "
    "蓉:rong:yung 容:rong:yung 如:ru:yu 瑜:yu:yu 裕:yu:yu 愉:yu:yu 意:yi:yee/yi 勤:qin:kan 俭:jian:kim "
    "剑:jian:kim 谦:qian:him 宽:kuan:foon 欢:huan:foon 焯:chao:cheuk "
    "润:run:yun 麟:lin:lun 艳:yan:yim 富:fu:fu 城:cheng:shing 荫:yin:yam 怀:huai:wai 燊:shen:sun 荃:quan:chuen 布:bu:po "
    "阳:yang:yeung 徒:tu:to 官:guan:koon/kwun 上:shang:sheung 诸:zhu:chu 皇:huang:wong 甫:fu:fu 克:ke:hak/hark "
)
CHARACTERS: Final = tuple(
    (character, sound, tuple(spellings.split("/")))
    for character, sound, spellings in (entry.split(":") for entry in _TABLE.split())
)
"""Characters with their pinyin and their spellings: frequent surnames, then what given names are made of."""

SURNAMES: Final = tuple(entry[0] for entry in CHARACTERS).index("解") + 1
"""How many of them, from the first on, are surnames."""

_SPELLINGS: Final = {character: spellings for character, _, spellings in CHARACTERS}


def spellings_of(character: str) -> tuple[str, ...]:
    """Give the Cantonese spellings of a simplified character; none when it is not in the table.

    Examples
    --------
    >>> spellings_of("陈"), spellings_of("龘")
    (('chan',), ())
    """
    return _SPELLINGS.get(character, ())
