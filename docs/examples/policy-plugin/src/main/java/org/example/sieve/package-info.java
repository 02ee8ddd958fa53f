/** The policy {@code sieve}, as a plugin. */
package org.example.sieve;
