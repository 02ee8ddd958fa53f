/** The row store {@code scratch}, as a plugin. */
package org.example.scratch;
