/** Plugins that wire their parts with Guice. */
package dev.farsight.guice;
