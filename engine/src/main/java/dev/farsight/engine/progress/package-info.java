/** How events reach the application: in order, and not too often. */
package dev.farsight.engine.progress;
