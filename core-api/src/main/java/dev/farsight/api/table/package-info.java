/** Tables, the row ids that they share, and the layout and initial values of rows. */
package dev.farsight.api.table;
