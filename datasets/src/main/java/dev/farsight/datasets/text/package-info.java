/** Rows of fields with a separator between them, which criteo, avazu and csv share. */
package dev.farsight.datasets.text;
