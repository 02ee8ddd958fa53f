/** Models: recorded once on a tape of coarse ops, which a backend compiles. */
package dev.farsight.api.model;
