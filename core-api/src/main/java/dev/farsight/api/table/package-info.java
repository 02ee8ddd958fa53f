/** Tables, the id space that they share, what a row consists of and what it starts as. */
package dev.farsight.api.table;
