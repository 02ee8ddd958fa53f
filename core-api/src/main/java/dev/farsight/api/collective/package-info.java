/** How the ranks of a group exchange and sum values. */
package dev.farsight.api.collective;
