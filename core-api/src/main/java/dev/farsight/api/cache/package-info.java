/** Cache policies: they rank the rows that are resident and name those to evict. */
package dev.farsight.api.cache;
