// What scripts of this page and of Dash leave on the window.
import type { Answer } from "../assets/types.mjs";

type Props = Record<string, unknown>;

declare global {
  interface Window {
    dash_clientside: {
      set_props: (id: string | object, props: Props) => void;
      no_update: unknown;
      graphlab_page: Record<string, unknown>;
    };
    graphlab: { first?: Promise<Answer | null>; modules?: Record<string, unknown> } & Record<string, unknown>;
    React: {
      createElement: (type: unknown, props: Props | null, ...children: unknown[]) => object;
      useEffect: (act: () => void | (() => void), when?: unknown[]) => void;
      useRef: <T>(value: T) => { current: T };
    };
  }
}
