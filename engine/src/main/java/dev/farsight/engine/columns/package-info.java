/** Rows of a store by columns: each of several ranks has an equal part of the width. */
package dev.farsight.engine.columns;
