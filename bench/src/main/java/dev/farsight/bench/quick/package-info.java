/** Short measurements of every part beside its peer or its limit, taken in the same run. */
package dev.farsight.bench.quick;
