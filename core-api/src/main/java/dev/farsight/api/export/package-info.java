/** Formats in which trained weights leave for other programs. */
package dev.farsight.api.export;
