/** The engine's settings. They are read and checked before anything is opened. */
package dev.farsight.engine.settings;
