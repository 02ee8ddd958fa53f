/** An application that trains, evaluates and uses a model with Farsight. */
package org.example.clicks;
