namespace Microsoft.ML.Data;

/// <summary>What annotations are called.</summary>
internal static class AnnotationUtils
{
    public static class Kinds
    {
        public const string IsNormalized = "IsNormalized";
        public const string KeyValues = "KeyValues";
        public const string SlotNames = "SlotNames";
    }
}
