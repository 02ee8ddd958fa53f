/** Formats that export trained weights for other programs. */
package dev.farsight.api.export;
