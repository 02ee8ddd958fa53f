/** The model {@code crossfm}, as a plugin. */
package org.example.crossfm;
