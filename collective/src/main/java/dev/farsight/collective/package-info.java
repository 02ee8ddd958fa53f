/** The collectives {@code threads} and {@code sockets}. */
package dev.farsight.collective;
