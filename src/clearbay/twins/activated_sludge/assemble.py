"""Compiles a flowsheet to the records the kernels read, and refuses what cannot be a plant."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clearbay.twins.activated_sludge import records as rec
from clearbay.twins.activated_sludge.controls import Controls
from clearbay.twins.activated_sludge.errors import FlowsheetError
from clearbay.twins.activated_sludge.flowsheet import (
    BatchReactor,
    Buffer,
    Clarified,
    ContactTank,
    Dose,
    Flowsheet,
    KLa,
    Pump,
    SetPoint,
    Settler,
    Share,
    Stream,
    Tank,
    Weir,
)
from clearbay.twins.activated_sludge.hydraulics import split_matrix
from clearbay.twins.activated_sludge.links import lists_of
from clearbay.twins.activated_sludge.table import FloatArray, coefficients, kinetic_parameters

# Diffusion in water at 20 degC [m2/d]; Wanner et al., IWA STR 18 (2006), rounded; others as for acetate.
_DIFFUSION = {
    "S_O": 2.0e-4, "S_O2": 2.0e-4, "S_NH": 1.7e-4, "S_NH4": 1.7e-4, "S_NO": 1.6e-4, "S_NO3": 1.6e-4,
    "S_N2": 1.9e-4, "S_PO4": 0.8e-4, "S_ALK": 1.0e-4,
}  # fmt: skip
_DIFFUSION_ORGANIC = 1.0e-4


@dataclass(frozen=True)
class Plant:
    """A compiled plant: records, control table, kinetic parameters by temperature row, names."""

    flowsheet: Flowsheet
    net: rec.Net
    control_times: FloatArray
    controls: FloatArray
    table: FloatArray
    coefficients: FloatArray
    scale: FloatArray  # size of each place in y below which its error is absolute
    solids: np.ndarray  # True for each place in y that is the TSS of a settler's layer
    labels: tuple[tuple[str, str], ...]  # (unit, state) of every place in y
    cell_names: tuple[str, ...]
    dose_names: tuple[str, ...]
    flow_names: tuple[str, ...]
    stream_names: tuple[str, ...]

    @property
    def n_inputs(self) -> int:
        """Columns of an influent table: components and flow of each influent."""
        return len(self.flowsheet.influents) * (len(self.flowsheet.model.states) + 1)

    def place(self, unit: str, state: str) -> int:
        """Place in y of a state of a unit; FlowsheetError when there is none."""
        try:
            return self.labels.index((unit, state))
        except ValueError:
            raise FlowsheetError(f"the plant has no state '{state}' of a unit '{unit}'") from None


_CELL_UNITS = (Tank, Buffer, BatchReactor, ContactTank)


def compile_plant(sheet: Flowsheet) -> Plant:
    """Compile a flowsheet.

    Raises FlowsheetError for unknown names, sizes that are not positive, a balance left open or
    over-determined.
    """
    model = sheet.model.with_values(sheet.values) if sheet.values else sheet.model
    _check_names(sheet)
    names = model.state_names
    n = len(names)
    controls = Controls(sheet)
    tanks = [u for u in sheet.units if isinstance(u, _CELL_UNITS)]
    settlers = [u for u in sheet.units if isinstance(u, Settler)]
    films = [u for u in tanks if isinstance(u, ContactTank)]
    cell_names = [u.name for u in tanks]
    for film in films:
        cell_names += [f"{film.name}.film{i + 1}" for i in range(film.layers)]
    labels = [(cell, state) for cell in cell_names for state in names]
    scale = [1.0] * len(labels)
    soluble = np.array([i for i, s in enumerate(model.states) if not s.particulate], dtype=np.int64)

    settler_records = np.zeros(len(settlers), rec.SETTLER)
    for record, unit in zip(settler_records, settlers, strict=True):
        _fill_settler(record, unit, len(labels))
        for state in ("TSS", *(names[i] for i in soluble)):
            labels += [(unit.name, f"{state}_{i + 1}") for i in range(unit.layers)]
            scale += [1.0] * unit.layers

    def place(unit: str, state: str, size: float) -> int:
        labels.append((unit, state))
        scale.append(size)
        return len(labels) - 1

    cells = np.zeros(len(cell_names), rec.CELL)
    cells["volume_state"] = cells["blanket_state"] = cells["controller_state"] = -1
    for record, tank in zip(cells, tanks, strict=False):
        _fill_cell(record, tank, controls, place)
    film_records = np.zeros(len(films), rec.BIOFILM)
    first = len(tanks)
    for record, film in zip(film_records, films, strict=True):
        first = _fill_film(record, film, cell_names.index(film.name), first, cells)

    flows, flow_names, given = _flows(sheet, controls, cell_names)
    edges, areas, factors = _edges(sheet, cell_names, [s.name for s in settlers], model.state_names)
    component = np.zeros((3, n))
    for i, state in enumerate(model.states):
        component[rec.PARTICULATE, i] = float(state.particulate)
        component[rec.TSS, i] = model.tss.get(state.name, 0.0)
        if not state.particulate:
            component[rec.DIFFUSION, i] = _DIFFUSION.get(state.name, _DIFFUSION_ORGANIC)
    doses, recipes, dose_names = _doses(sheet, tanks, controls, cell_names, model.state_names)
    lists = lists_of(edges, len(sheet.influents), len(settlers), len(cell_names), n)
    net = rec.Net(
        model=rec.MODEL_ASM1 if model.name == "ASM1" else rec.MODEL_ASM2D,
        cells=cells,
        edges=edges,
        areas=areas,
        flows=flows,
        split=split_matrix(sheet, given),
        factors=factors,
        settlers=settler_records,
        biofilms=film_records,
        doses=doses,
        recipes=recipes,
        component=component,
        soluble=soluble,
        masks=_masks(settlers, settler_records, len(soluble), len(labels)),
        oxygen=model.index(model.oxygen),
        quick=np.array([model.index(name) for name in (model.oxygen, *model.quick)], dtype=np.int64),
        trio=np.resize([model.index(name) for name in (model.oxygen, *model.quick)], rec.MOST_QUICK),
        top_returns=int(((edges[:, rec.SOURCE] == rec.FROM_TOP) & (edges[:, rec.TARGET] != rec.TO_OUTLET)).any()),
        n_outlets=len(sheet.outlets),
        n_states=len(labels),
        fixed=int((cells["volume_state"] < 0).all()),
        **lists._asdict(),
    )
    times, matrix, temperatures = controls.table()
    return Plant(
        flowsheet=sheet,
        net=net,
        control_times=times,
        controls=matrix,
        table=kinetic_parameters(model, temperatures),
        coefficients=coefficients(model),
        scale=np.array(scale),
        solids=_solids(labels, settlers),
        labels=tuple(labels),
        cell_names=tuple(cell_names),
        dose_names=tuple(dose_names),
        flow_names=tuple(flow_names),
        stream_names=tuple(f"{s.source} -> {s.target}" for s in sheet.streams),
    )


def _check_names(sheet: Flowsheet) -> None:
    names = [*sheet.influents, *(u.name for u in sheet.units), *sheet.outlets]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FlowsheetError(f"two parts of the plant have the same name: {', '.join(twice)}")
    if sheet.model.name not in ("ASM1", "ASM2d with fat"):
        raise FlowsheetError(f"no kernel was compiled for the model '{sheet.model.name}'")


def _positive(unit: str, **sizes: float) -> None:
    for what, size in sizes.items():
        if not (np.isfinite(size) and size > 0):
            raise FlowsheetError(f"unit '{unit}': {what} = {size} must be positive")


def _fill_settler(record: np.void, unit: Settler, state: int) -> None:
    _positive(unit.name, area=unit.area, depth=unit.depth)
    if not 1 <= unit.feed_layer <= unit.layers <= 64:
        raise FlowsheetError(f"unit '{unit.name}': feed layer {unit.feed_layer} of {unit.layers} (1 to 64 layers)")
    for name in ("layers", "v_max", "v_0", "r_h", "r_p", "f_ns", "x_t"):
        record[name] = getattr(unit, name)
    record["per_height"] = unit.layers / unit.depth
    record["per_volume"] = unit.layers / (unit.depth * unit.area)
    record["feed"] = unit.feed_layer - 1
    record["state"] = state


def _masks(settlers: list[Settler], placed: np.ndarray, n_soluble: int, n_states: int) -> FloatArray:
    masks = np.zeros((2, rec.padded(n_states)))
    for unit, record in zip(settlers, placed, strict=True):
        for block in range(n_soluble + 1):
            first = int(record["state"]) + block * unit.layers
            masks[0, first : first + unit.feed_layer - 1] = 1.0
            masks[1, first + unit.feed_layer : first + unit.layers] = 1.0
    return masks


def _fill_cell(
    record: np.void,
    unit: Tank | Buffer | BatchReactor | ContactTank,
    controls: Controls,
    place: Callable[[str, str, float], int],
) -> None:
    _positive(unit.name, volume=unit.volume)
    record["volume"] = unit.volume
    if isinstance(unit, Buffer | BatchReactor):
        record["volume_state"] = place(unit.name, "volume", unit.volume)
    if isinstance(unit, BatchReactor):
        _positive(unit.name, area=unit.area)
        record["area"] = unit.area
        record["mixing"] = controls.column(unit.mixing)
        record["blanket_state"] = place(unit.name, "blanket", 1.0)
    if isinstance(unit.aeration, KLa):
        record["aeration"] = rec.AERATION_KLA
        record["air"] = controls.column(unit.aeration.value, transfer_at=unit.aeration.t_ref)
    elif isinstance(unit.aeration, SetPoint):
        _positive(unit.name, gain=unit.aeration.gain, integral_time=unit.aeration.integral_time)
        record["aeration"] = rec.AERATION_SET_POINT
        record["air"] = controls.column(unit.aeration.oxygen)
        record["kla_max"] = controls.column(unit.aeration.kla_max, transfer_at=unit.aeration.t_ref)
        record["gain"] = unit.aeration.gain
        record["integral_time"] = unit.aeration.integral_time
        record["controller_state"] = place(unit.name, "kLa integral", 10.0)


def _fill_film(record: np.void, film: ContactTank, bulk: int, first: int, cells: np.ndarray) -> int:
    _positive(
        film.name, carrier_area=film.carrier_area, thickness=film.thickness, boundary=film.boundary,
        density=film.density, layers=film.layers,
    )  # fmt: skip
    record["bulk"], record["first"], record["layers"] = bulk, first, film.layers
    record["area"], record["thickness"], record["boundary"] = film.carrier_area, film.thickness, film.boundary
    record["density"], record["attachment"] = film.density, film.attachment
    record["push"] = 50.0  # 1/d: a layer above its density has shed the excess within half an hour
    for i in range(film.layers):
        cells["volume"][first + i] = film.carrier_area * film.thickness / film.layers
    return first + film.layers


def _flows(sheet: Flowsheet, controls: Controls, cells: list[str]) -> tuple[np.ndarray, list[str], dict[int, int]]:
    rows: list[tuple[int, int, int, int, float, float]] = []
    names: list[str] = []
    given: dict[int, int] = {}
    for i, influent in enumerate(sheet.influents):
        rows.append((rec.FLOW_INFLUENT, 0, i, -1, 0.0, 1.0))
        names.append(influent)
        own = [e for e, s in enumerate(sheet.streams) if s.source == influent]
        if len(own) != 1 or sheet.streams[own[0]].flow is not None:
            raise FlowsheetError(f"influent '{influent}' needs exactly one stream, without a flow of its own")
        given[own[0]] = i
    for e, stream in enumerate(sheet.streams):
        if stream.flow is None:
            continue
        given[e] = len(rows)
        names.append(f"{stream.source} -> {stream.target}")
        source = stream.source.split(".")[0]
        cell = cells.index(source) if source in cells else -1
        if isinstance(stream.flow, Weir):
            rows.append((rec.FLOW_WEIR, 0, 0, cell, stream.flow.level, 1.0))
        elif isinstance(stream.flow, Pump):
            level = stream.flow.stops_at
            column = controls.column(stream.flow.flow)
            # The pump fades over a twentieth of the volume at which it stops, so the balance stays smooth.
            rows.append(
                (
                    rec.FLOW_PUMP,
                    column,
                    0,
                    -1 if level is None else cell,
                    level or 0.0,
                    max(0.05 * (level or 0.0), 0.1),
                )
            )
        else:
            column = controls.column(stream.flow.ratio)
            influent_index = _influent(sheet, stream.flow, stream)
            rows.append((rec.FLOW_RATIO, column, influent_index, -1, 0.0, 1.0))
    return np.array(rows, dtype=rec.FLOW), names, given


def _influent(sheet: Flowsheet, share: Share, stream: Stream) -> int:
    if share.influent not in sheet.influents:
        raise FlowsheetError(f"stream {stream.source} -> {stream.target}: no influent '{share.influent}'")
    return sheet.influents.index(share.influent)


_PORTS = {
    "top": rec.FROM_TOP,
    "bottom": rec.FROM_BOTTOM,
    "decanter": rec.FROM_DECANTER,
    "blanket": rec.FROM_BLANKET,
}


def _edges(
    sheet: Flowsheet, cells: list[str], settlers: list[str], states: tuple[str, ...]
) -> tuple[np.ndarray, FloatArray, FloatArray]:
    rows: list[tuple[int, int, int, int, int]] = []
    areas: list[float] = []
    factors: list[FloatArray] = []
    for stream in sheet.streams:
        source, _, port = stream.source.partition(".")
        if source in sheet.influents and not port:
            kind, at = rec.FROM_INFLUENT, sheet.influents.index(source)
        elif source in settlers and port in ("top", "bottom"):
            kind, at = _PORTS[port], settlers.index(source)
        elif source in cells and port in ("", "decanter", "blanket"):
            kind, at = _PORTS[port] if port else rec.FROM_CELL, cells.index(source)
        else:
            raise FlowsheetError(f"stream {stream.source} -> {stream.target}: no such source")
        if stream.target in cells:
            to = (rec.TO_CELL, cells.index(stream.target))
        elif stream.target in settlers:
            to = (rec.TO_SETTLER, settlers.index(stream.target))
            if kind in (rec.FROM_TOP, rec.FROM_BOTTOM) and at >= to[1]:
                raise FlowsheetError(f"settler '{stream.target}' must be listed after '{source}', which feeds it")
        elif stream.target in sheet.outlets:
            to = (rec.TO_OUTLET, sheet.outlets.index(stream.target))
        else:
            raise FlowsheetError(f"stream {stream.source} -> {stream.target}: no such target")
        factor, area = -1, 0.0
        if stream.solids is not None:
            if kind in (rec.FROM_INFLUENT, rec.FROM_TOP, rec.FROM_BOTTOM):
                raise FlowsheetError(
                    f"stream {stream.source} -> {stream.target}: solids cannot be parted there: an influent is given "
                    "as it comes, and a settler parts them itself"
                )
            clarified = isinstance(stream.solids, Clarified)
            row = np.full(len(states), 0.0 if clarified else 1.0)
            named = stream.solids.velocities if isinstance(stream.solids, Clarified) else stream.solids.shares
            for name, value in named.items():
                if name not in states:
                    raise FlowsheetError(f"stream {stream.source} -> {stream.target}: no state '{name}'")
                row[states.index(name)] = value
            factor, area = len(factors), stream.solids.area if isinstance(stream.solids, Clarified) else 0.0
            factors.append(row)
        rows.append((kind, at, *to, factor))
        areas.append(area)
    matrix = np.array(factors).reshape(len(factors), len(states))
    return np.array(rows, dtype=np.int64), np.array(areas), matrix


def _doses(
    sheet: Flowsheet,
    tanks: list[Tank | Buffer | BatchReactor | ContactTank],
    controls: Controls,
    cells: list[str],
    states: tuple[str, ...],
) -> tuple[np.ndarray, FloatArray, list[str]]:
    rows: list[tuple[int, int, int]] = []
    recipes: list[FloatArray] = []
    names: list[str] = []
    for tank in tanks:
        for dose in tank.doses:
            rows.append((cells.index(tank.name), controls.column(dose.rate), _metered(sheet, dose)))
            recipe = np.zeros(len(states))
            for name, content in dose.contents.items():
                if name not in states:
                    raise FlowsheetError(f"dose '{dose.name}': no state '{name}' in {sheet.model.name}")
                recipe[states.index(name)] = content
            recipes.append(recipe)
            names.append(f"{tank.name}: {dose.name}")
    return np.array(rows, dtype=rec.DOSE), np.array(recipes).reshape(len(recipes), len(states)), names


def _metered(sheet: Flowsheet, dose: Dose) -> int:
    if dose.per_influent is None:
        return -1
    if dose.per_influent not in sheet.influents:
        raise FlowsheetError(f"dose '{dose.name}': no influent '{dose.per_influent}'")
    return sheet.influents.index(dose.per_influent)


def _solids(labels: list[tuple[str, str]], settlers: list[Settler]) -> np.ndarray:
    names = {s.name for s in settlers}
    return np.array([u in names and s.startswith("TSS_") for u, s in labels], dtype=bool)
