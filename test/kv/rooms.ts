import { houses, placesOf } from '../../scripts/docs/rooms.mjs';

/** One source and the paths of the sources that it imports. */
export interface Importer {
  readonly path: string;
  readonly imports: readonly string[];
}

/** An import from one room of a house to another. */
interface Passage {
  readonly from: string;
  readonly to: string;
  readonly house: string;
  readonly rooms: readonly [string, string];
  /** How many floors up it goes: negative for down. */
  readonly rise: number;
}

/** Sources in no room, imports of a room above, and rooms beside each other that import each other. */
export function roomBreaches(modules: readonly Importer[]): string[] {
  const passages = passagesOf(modules);
  const isMutual = ({ rooms: [from, to], rise, house }: Passage) =>
    rise === 0 && passages.some((one) => one.house === house && isBetween(one, to, from));
  return [
    ...modules.flatMap(({ path }) =>
      placesOf(path)
        .filter(({ floor }) => floor < 0)
        .map(({ room }) => `${path}: ${room} is no room of scripts/docs/rooms.mjs`),
    ),
    ...passages
      .filter((passage) => passage.rise > 0 || isMutual(passage))
      .map(
        ({ from, to, rise }) => `${from} imports ${to}: ${rise > 0 ? 'upwards' : 'in a circle'}`,
      ),
  ];
}

/** Rooms and imports of each floor, a line a floor, the ground floor last. */
export function floorPlan(modules: readonly Importer[]): string[] {
  const passages = passagesOf(modules);
  return houses.flatMap(({ folder, floors }) => [
    folder,
    ...floors
      .map((rooms, floor) => {
        const names = Object.keys(rooms);
        const sources = modules.filter(({ path }) =>
          placesOf(path).some((place) => place.house === folder && place.floor === floor),
        );
        const leaving = passages.filter(
          ({ house, rooms: [from] }) => house === folder && names.includes(from),
        );
        const beside = leaving.filter(({ rise }) => rise === 0).length;
        const counts = `${sources.length} files, ${leaving.length - beside} imports from below`;
        return `  ${floor} ${names.join(', ')}: ${counts}, ${beside} from beside`;
      })
      .toReversed(),
  ]);
}

function passagesOf(modules: readonly Importer[]): Passage[] {
  return modules.flatMap(({ path, imports }) => imports.flatMap((to) => passagesBetween(path, to)));
}

function passagesBetween(from: string, to: string): Passage[] {
  return placesOf(from).flatMap(({ house, floor, room }) =>
    placesOf(to)
      .filter((place) => place.house === house && place.room !== room)
      .map((place) => ({ from, to, house, rooms: [room, place.room], rise: place.floor - floor })),
  );
}

function isBetween({ rooms }: Passage, from: string, to: string): boolean {
  return rooms[0] === from && rooms[1] === to;
}
