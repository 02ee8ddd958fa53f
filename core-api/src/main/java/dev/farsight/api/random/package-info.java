/** Random bits that are a function of what they are for, not of who drew before. */
package dev.farsight.api.random;
