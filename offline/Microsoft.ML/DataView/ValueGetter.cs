namespace Microsoft.ML;

/// <summary>Puts the current row's value into the caller's variable, whose buffers it may use again.</summary>
public delegate void ValueGetter<TValue>(ref TValue value);
