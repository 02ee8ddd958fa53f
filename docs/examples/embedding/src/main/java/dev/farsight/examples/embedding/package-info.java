/** An application with Farsight inside. */
package dev.farsight.examples.embedding;
