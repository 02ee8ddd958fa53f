/** Cache policies: they rank the resident rows and choose the rows to evict. */
package dev.farsight.api.cache;
