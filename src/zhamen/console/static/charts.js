/* Draws each figure[data-chart] from the table in it: bar, stack, line, flow or layers. The table stays, folded
   away. A cell's number is its data-value. A click on a row's mark follows the link in its first cell, or the
   one with data-go; a click on the mark of a name follows the link that has this name as its text.
   The rows of layers are the marks, with their layer as the second column; their lines are the rows of the
   flow on the same page. A flow of more places than its data-most draws those that least came to as one for
   each layer. Layers of many places scroll, and the figure's button shows them whole. Rows that are hidden
   are not drawn. */
(() => {
  "use strict";
  const SERIES = ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5", "--series-6"];
  const ROOMY = 12; // rows of a layer that have room for names below them
  const CROWDED = 24; // pixels for the name of a bar, and fewer
  const LETTER = 7; // pixels
  const MANY = 120; // places that have room for their whole names
  const STATES = { begin: "--series-6", passed: "--series-1", held: "--series-2", gone: "--series-5",
    left_off: "--series-3", again: "--series-4" };
  const shade = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const brief = (name) => name.replace(/^.*\*/, "…"); // the last figures of a masked number

  const read = (table) => {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].filter((row) => row.cells.length === heads.length && !row.hidden);
    return {
      heads,
      names: rows.map((row) => row.cells[0].textContent.trim()),
      links: rows.map((row) => (row.querySelector("a[data-go]") ?? row.cells[0].querySelector("a"))?.href ?? ""),
      pages: new Map(rows.flatMap((row) => [...row.querySelectorAll("a:not([data-go])")]
        .map((link) => [link.textContent.trim(), link.href]))),
      states: rows.map((row) => [row.dataset.state ?? "", row.dataset.word ?? ""]),
      shown: rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
      values: rows.map((row) => [...row.cells].map((cell) => Number(cell.dataset.value ?? "NaN"))),
    };
  };

  const columns = (data, kind) => data.heads.slice(1)
    .map((name, at) => ({ name, at: at + 1 }))
    .filter(({ at }) => data.values.some((row) => Number.isFinite(row[at])))
    .map(({ name, at }) => ({
      name,
      type: kind === "line" ? "line" : "bar",
      stack: kind === "stack" ? "all" : undefined,
      symbolSize: 7,
      barMaxWidth: 36,
      data: data.values.map((row, index) => ({ value: row[at], shown: data.shown[index][at] })),
    }));

  // Every bar has its name: broken over lines where its words have room, else slanted; of too many, some.
  const eachNamed = (names, room) => {
    if (room < CROWDED) return {};
    const words = names.flatMap((name) => name.split(" ")).filter((word) => !/[\u2e80-\uffff]/.test(word));
    const longest = Math.max(0, ...words.map((word) => word.length));
    return longest * LETTER > room ? { interval: 0, rotate: 30 } : { interval: 0, width: room, overflow: "break" };
  };

  const plotted = (data, kind, width) => {
    const named = kind === "line" ? {} : eachNamed(data.names, Math.floor((width - 80) / data.names.length) - 4);
    const axis = { axisLabel: { color: shade("--soft") }, axisLine: { lineStyle: { color: shade("--line") } },
      splitLine: { lineStyle: { color: shade("--line") } } };
    const series = columns(data, kind);
    return {
      grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 12, bottom: 8, containLabel: true },
      legend: { show: series.length > 1, top: 0, textStyle: { color: shade("--ink") } },
      xAxis: { type: "category", data: data.names, ...axis, axisLabel: { ...axis.axisLabel, ...named } },
      yAxis: { type: "value", ...axis },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true,
        formatter: (marks) => [marks[0].name,
          ...marks.map((mark) => `${mark.seriesName}  ${mark.data.shown}`)].join("\n") },
      series,
    };
  };

  const total = (values, text) => {
    const [number, currency] = text.split(" ");
    const digits = number.includes(".") ? number.length - number.indexOf(".") - 1 : 0;
    const sum = values.reduce((all, value) => all + value, 0) / 10 ** digits;
    return `${sum.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${currency}`;
  };

  const folded = (data, { most, rest }) => {
    const names = [...new Set(data.shown.flatMap((row) => [row[0], row[1]]))];
    const table = document.querySelector("figure[data-chart='layers'] table");
    if (!most || !table || names.length <= most) return (name) => name;
    const { names: places, values } = read(table);
    const layer = new Map(places.map((name, at) => [name, values[at][1]]));
    const came = new Map();
    data.shown.forEach((row, at) => came.set(row[1], (came.get(row[1]) ?? 0) + data.values[at][2]));
    const sorted = names.sort((one, other) => (came.get(other) ?? Infinity) - (came.get(one) ?? Infinity));
    const kept = new Set(sorted.slice(0, most));
    return (name) => kept.has(name) || !layer.has(name) ? name : `${rest} · ${layer.get(name)}`;
  };

  const flowing = (data, words) => {
    const place = folded(data, words);
    const held = new Map();
    const links = new Map();
    data.shown.forEach((row, at) => {
      const [source, target] = [place(row[0]), place(row[1])];
      [[source, row[0]], [target, row[1]]].forEach(([name, one]) => held.set(name, (held.get(name) ?? new Set()).add(one)));
      const apart = source === row[0] && target === row[1];
      const key = apart ? at : `${source}\n${target}`;
      const link = links.get(key) ?? { source, target, values: [], text: row[2], go: apart ? data.links[at] : "" };
      link.values.push(data.values[at][2]);
      links.set(key, link);
    });
    const crowded = [...held].some(([name, ones]) => ones.size > 1 || !ones.has(name));
    const together = (name) => held.get(name)?.size > 1;
    const called = (name) => together(name) ? `${words.rest} (${held.get(name).size})` : [...held.get(name) ?? [name]][0];
    return {
      tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: ({ data: mark, name }) => mark.shown
        ? `${called(mark.source)} → ${called(mark.target)}\n${mark.shown}` : called(name) },
      series: [{
        type: "sankey",
        data: [...held.keys()].map((name) => ({ name,
          itemStyle: together(name) ? { color: shade("--soft") } : undefined })),
        links: [...links.values()].map(({ values, text, ...link }) => ({ ...link,
          value: values.reduce((all, value) => all + value, 0), shown: values.length > 1 ? total(values, text) : text })),
        label: { color: shade("--ink"), fontSize: 12, formatter: ({ name }) => crowded ? brief(called(name)) : called(name) },
        labelLayout: { hideOverlap: true },
        lineStyle: { color: "gradient", opacity: 0.45 },
        nodeGap: 14,
        left: 8, right: 130, top: 8, bottom: 8,
      }],
    };
  };

  const lines = () => {
    const flow = document.querySelector("figure[data-chart='flow'] table");
    const data = flow ? read(flow) : { shown: [], values: [] };
    const sums = new Map();
    data.shown.forEach((row, at) => {
      const key = `${row[0]}\n${row[1]}`;
      sums.set(key, (sums.get(key) ?? 0) + data.values[at][2]);
    });
    return [...sums].map(([key, value]) => {
      const [source, target] = key.split("\n");
      return { source, target, value };
    });
  };

  const layered = (data, { whole }) => {
    const words = new Map(data.states.filter(([state]) => state));
    const names = new Set(data.names);
    const links = lines().filter(({ source, target }) => names.has(source) && names.has(target));
    const most = Math.max(1, ...links.map(({ value }) => value));
    const taken = {};
    const sizes = {};
    data.values.forEach((row) => { sizes[row[1]] = (sizes[row[1]] ?? 0) + 1; });
    const tallest = Math.max(...Object.values(sizes));
    const many = data.names.length > MANY;
    const hidden = { type: "value", show: false, min: -0.5 };
    return {
      legend: { top: 0, textStyle: { color: shade("--ink") }, data: [...words.values()] },
      tooltip: { trigger: "item", renderMode: "richText", confine: true, formatter: ({ data: mark, dataType }) =>
        dataType === "edge" ? `${mark.source} → ${mark.target}` : `${mark.name}\n${mark.shown}` },
      grid: { left: 8, right: 8, top: 32, bottom: 16 },
      xAxis: { ...hidden, max: Math.max(...data.values.map((row) => row[1])) + 0.5 },
      yAxis: { ...hidden, max: tallest - 0.5, inverse: true },
      series: [{
        type: "graph", coordinateSystem: "cartesian2d",
        categories: [...words].map(([state, name]) => ({ name, itemStyle: { color: shade(STATES[state]) } })),
        data: data.names.map((name, at) => {
          const layer = data.values[at][1];
          const row = taken[layer] = (taken[layer] ?? -1) + 1;
          const [state, word] = data.states[at];
          return {
            name, category: word, value: [layer, (row + 0.5) * tallest / sizes[layer] - 0.5],
            symbolSize: (state === "held" ? 18 : 13) * (whole ? 0.5 : many ? 0.7 : 1),
            itemStyle: state === "again"
              ? { color: shade("--paper"), borderColor: shade(STATES.again), borderWidth: 2 } : undefined,
            shown: data.heads.slice(3, 6).map((head, index) => `${head} ${data.shown[at][index + 3]}`).join("\n"),
          };
        }),
        links: links.map((link) => ({ ...link, lineStyle: { width: 1 + 5 * Math.sqrt(link.value / most) } })),
        edgeSymbol: ["none", whole ? "none" : "arrow"], edgeSymbolSize: many ? 6 : 8,
        label: { show: !whole, position: many ? "right" : tallest > ROOMY ? "left" : "bottom",
          color: shade("--ink"), fontSize: 11, formatter: ({ name }) => many ? brief(name) : name },
        labelLayout: { hideOverlap: many },
        lineStyle: { color: shade("--soft"), opacity: 0.55, curveness: 0.08 },
        emphasis: { focus: "adjacency" },
      }],
    };
  };

  const tall = (data, kind, words) => {
    if (kind === "flow") {
      const place = folded(data, words);
      return Math.min(1600, Math.max(416, new Set(data.shown.map((row) => place(row[1]))).size * 24));
    }
    const rows = new Map();
    data.values.forEach((row) => rows.set(row[1], (rows.get(row[1]) ?? 0) + 1));
    const tallest = Math.max(...rows.values());
    const each = data.names.length > MANY ? 15 : tallest > ROOMY ? 19 : 46;
    return words.whole ? 560 : Math.max(320, tallest * each + 80);
  };

  const whole = (figure, height) => {
    const button = figure.querySelector("button.whole");
    if (!button) return false;
    if (button.hidden && height > innerHeight) {
      button.hidden = false;
      button.addEventListener("click", () => {
        button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
        draw(figure);
      });
      requestAnimationFrame(() => { figure.querySelector(".scrolled").scrollTop = height / 2 - innerHeight * 0.42; });
    }
    return button.getAttribute("aria-pressed") === "true";
  };

  const draw = (figure) => {
    const data = read(figure.querySelector("table"));
    const place = figure.querySelector(".chart");
    if (data.names.length === 0) {
      echarts.getInstanceByDom(place)?.clear();
      return;
    }
    const kind = figure.dataset.chart;
    const words = { most: Number(figure.dataset.most ?? 0), rest: figure.dataset.rest };
    place.hidden = false;
    if (kind === "flow" || kind === "layers") {
      words.whole = whole(figure, tall(data, kind, words));
      place.style.height = `${tall(data, kind, words)}px`;
    }
    const chart = echarts.getInstanceByDom(place) ?? echarts.init(place, null, { renderer: "svg" });
    chart.setOption({
      animation: !still,
      color: SERIES.map(shade),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      ...(kind === "flow" ? flowing(data, words) : kind === "layers" ? layered(data, words) : plotted(data, kind, place.clientWidth)),
    }, true);
    chart.resize();
    chart.off("click");
    chart.on("click", (mark) => {
      const row = data.names.indexOf(mark.name);
      const link = mark.dataType === "node" ? data.pages.get(mark.name) : mark.data.go ?? data.links[row];
      if (link && (kind !== "layers" || mark.dataType === "node")) location.assign(link);
    });
  };

  const drawn = (act) => {
    if (typeof echarts === "undefined") return;
    const places = document.querySelectorAll("figure[data-chart] .chart");
    [...places].map((place) => echarts.getInstanceByDom(place)).filter(Boolean).forEach(act);
  };

  const drawAll = () => {
    if (typeof echarts === "undefined") return;
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  };

  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("rows-changed", drawAll);
  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("htmx:beforeSwap", () => drawn((chart) => chart.dispose()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("resize", () => drawn((chart) => chart.resize()));
})();
