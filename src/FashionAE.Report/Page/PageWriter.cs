namespace FashionAE.Report;

/// <summary>Writes documents as HTML.</summary>
internal static class PageWriter
{
    public static byte[] Write(ReportDocument document) => throw new NotImplementedException();
}
