"""The gradient by two routes that never meet: `direct` differentiates the composed cost, `delta` runs the recursion."""
