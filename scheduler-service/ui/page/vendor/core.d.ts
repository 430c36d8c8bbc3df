// What core.js exports, for the type checker.
export { Component, createElement, Fragment, h, isValidElement, options, render, type ComponentChildren } from 'preact';
export { batch, computed, effect, signal, untracked, Signal } from '@preact/signals-core';
