// The site as data: files beside the page, loaded when somebody looks at what is in them.
//
// A page that was opened from a disk may read no files, but it may load scripts. So every piece of
// data is a script that calls `take` with its name and value; `load` adds the script and waits.
"use strict";

const rackwright = {};

rackwright.data = (() => {
  const taken = new Map();
  const waiting = new Map();

  // A table says the names of its columns once; views want records.
  const records = (value) => {
    if (Array.isArray(value)) return value.map(records);
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value.columns) && Array.isArray(value.rows)) {
      return value.rows.map((row) =>
        Object.fromEntries(value.columns.map((name, place) => [name, row[place]])),
      );
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, records(each)]));
  };

  const take = (name, value) => taken.set(name, records(value));

  const add = (name) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const file = `data/${name.split("/").map(encodeURIComponent).join("/")}.js`;
      script.onload = () =>
        taken.has(name) ? resolve(taken.get(name)) : reject(new Error(`${file} holds no data`));
      script.onerror = () => reject(new Error(`${file} is not there`));
      script.src = file;
      document.head.append(script);
    });

  const load = (name) => {
    if (!waiting.has(name)) waiting.set(name, add(name));
    return waiting.get(name);
  };

  const site = () => taken.get("site");

  // What views ask of the site again and again, made once.
  let index;
  const grouped = (list, key) => {
    const groups = new Map();
    for (const each of list) {
      if (!groups.has(key(each))) groups.set(key(each), []);
      groups.get(key(each)).push(each);
    }
    return groups;
  };
  const lookUp = () => {
    if (index) return index;
    const { racks, units, changes } = site();
    index = {
      rack: new Map(racks.map((rack) => [rack.name, rack])),
      unitsOf: grouped(units, (unit) => unit[1]),
      racksOf: grouped(racks, (rack) => rack.unit),
      hallOf: new Map(units),
      changesOf: grouped(changes, (change) => change.rack),
    };
    return index;
  };

  return { grouped, load, lookUp, site, take };
})();
