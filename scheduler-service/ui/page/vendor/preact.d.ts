// What preact.js exports, for the type checker.
export { batch, computed, effect, Fragment, h, render, signal, untracked, type ComponentChildren } from './core.js';
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
export { useComputed, useSignal, type Signal } from '@preact/signals';
