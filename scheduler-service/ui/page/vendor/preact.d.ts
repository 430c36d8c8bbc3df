// What preact.js exports, for the type checker.
export { batch, computed, effect, Fragment, h, render, signal, untracked, type ComponentChildren } from './core.js';
export { useEffect, useRef } from 'preact/hooks';
export { useSignal, type Signal } from '@preact/signals';
