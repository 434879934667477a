/* Draws each figure[data-chart] from the table in it: bar, stack, line or flow. The table stays, folded away.
   A cell's number is its data-value; a link in a row's first cell is followed when its mark is clicked. */
(() => {
  "use strict";
  const SERIES = ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5", "--series-6"];
  const shade = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const read = (table) => {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].filter((row) => row.cells.length === heads.length);
    return {
      heads,
      names: rows.map((row) => row.cells[0].textContent.trim()),
      links: rows.map((row) => row.cells[0].querySelector("a")?.href ?? ""),
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

  const plotted = (data, kind) => {
    const axis = { axisLabel: { color: shade("--soft") }, axisLine: { lineStyle: { color: shade("--line") } },
      splitLine: { lineStyle: { color: shade("--line") } } };
    const series = columns(data, kind);
    return {
      grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 12, bottom: 8, containLabel: true },
      legend: { show: series.length > 1, top: 0, textStyle: { color: shade("--ink") } },
      xAxis: { type: "category", data: data.names, ...axis },
      yAxis: { type: "value", ...axis },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true,
        formatter: (marks) => [marks[0].name,
          ...marks.map((mark) => `${mark.seriesName}  ${mark.data.shown}`)].join("\n") },
      series,
    };
  };

  const flowing = (data) => {
    const names = [...new Set(data.shown.flatMap((row) => [row[0], row[1]]))];
    return {
      tooltip: { trigger: "item", renderMode: "richText", confine: true,
        formatter: ({ data: mark, name }) => mark.shown ? `${mark.source} → ${mark.target}\n${mark.shown}` : name },
      series: [{
        type: "sankey",
        data: names.map((name) => ({ name })),
        links: data.shown.map((row, at) => ({ source: row[0], target: row[1], value: data.values[at][2],
          shown: row[2] })),
        label: { color: shade("--ink"), fontSize: 12 },
        lineStyle: { color: "gradient", opacity: 0.45 },
        nodeGap: 14,
        left: 8, right: 130, top: 8, bottom: 8,
      }],
    };
  };

  const draw = (figure) => {
    const data = read(figure.querySelector("table"));
    if (data.names.length === 0) return;
    const kind = figure.dataset.chart;
    const place = figure.querySelector(".chart");
    place.hidden = false;
    const chart = echarts.getInstanceByDom(place) ?? echarts.init(place, null, { renderer: "svg" });
    chart.setOption({
      animation: !still,
      color: SERIES.map(shade),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      ...(kind === "flow" ? flowing(data) : plotted(data, kind)),
    }, true);
    chart.off("click");
    chart.on("click", (mark) => {
      const link = kind === "flow" ? data.links[mark.dataIndex] : data.links[data.names.indexOf(mark.name)];
      if (link && (kind !== "flow" || mark.dataType === "edge")) location.assign(link);
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
  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("htmx:beforeSwap", () => drawn((chart) => chart.dispose()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("resize", () => drawn((chart) => chart.resize()));
})();
