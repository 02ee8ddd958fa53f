/** The engine's own settings, read and checked before anything is opened. */
package dev.farsight.engine.settings;
