/** Vocabularies: counting values in bounded memory, and finding the index of a value. */
package dev.farsight.reading.internal.vocabulary;
