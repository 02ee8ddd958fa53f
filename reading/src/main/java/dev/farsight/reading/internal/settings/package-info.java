/** From the section of a source to its columns. */
package dev.farsight.reading.internal.settings;
