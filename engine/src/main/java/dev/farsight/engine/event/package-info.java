/** What a run tells the application that started it: the listener and the events. */
package dev.farsight.engine.event;
