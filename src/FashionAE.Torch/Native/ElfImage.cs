using System.Buffers.Binary;
using System.Text;

namespace FashionAE.Torch;

/// <summary>
/// Reads and changes the symbol versions of a 64-bit little-endian ELF library: the versions that it needs from other libraries, those that
/// it defines, and the version of each symbol (System V ABI, and "ELF Symbol Versioning" in the Linux Standard Base 5.0, chapter 10.7).
/// </summary>
internal sealed class ElfImage
{
    private const uint DynamicSymbols = 11;
    private const uint VersionDefinitions = 0x6ffffffd;
    private const uint VersionNeeds = 0x6ffffffe;
    private const uint VersionIndices = 0x6fffffff;
    private const ushort Weak = 2;
    private const int SymbolSize = 24;

    private readonly byte[] _bytes;
    private readonly int _versionIndices;

    /// <summary>Reads the bytes of a file. <see cref="MakeOptional"/> and <see cref="Rebind"/> change these bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a 64-bit little-endian ELF file, or its tables are damaged.</exception>
    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        try
        {
            if (!bytes.AsSpan(0, 6).SequenceEqual((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
                throw new InvalidDataException("The file is not a 64-bit little-endian ELF file.");
            var sections = Sections().ToLookup(section => section.Type);
            _versionIndices = sections[VersionIndices].FirstOrDefault().Offset;
            Needs = [.. sections[VersionNeeds].SelectMany(ReadNeeds)];
            Definitions = sections[VersionDefinitions].SelectMany(ReadDefinitions).ToDictionary(d => d.Index, d => d.Version);
            Symbols = [.. sections[DynamicSymbols].SelectMany(ReadSymbols)];
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("The symbol tables are damaged.", e);
        }
    }

    /// <summary>Gets the versions that the library needs from other libraries.</summary>
    public IReadOnlyList<NeededVersion> Needs { get; }

    /// <summary>Gets the versions that the library defines, by index.</summary>
    public IReadOnlyDictionary<int, string> Definitions { get; }

    public IReadOnlyList<Symbol> Symbols { get; }

    /// <summary>Marks a needed version as optional: the loader then accepts that it is missing.</summary>
    public void MakeOptional(NeededVersion need) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(need.Offset + 4), (ushort)(U16(need.Offset + 4) | Weak));

    /// <summary>Binds a symbol to another version that the file also needs.</summary>
    public void Rebind(Symbol symbol, NeededVersion version) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_versionIndices + 2 * symbol.Position), (ushort)version.Index);

    private IEnumerable<Section> Sections()
    {
        var (table, size, count) = (Offset(0x28), U16(0x3a), U16(0x3c));
        var headers = Enumerable.Range(0, count).Select(i => table + i * size).ToArray();
        return headers.Select(at =>
            new Section(U32(at + 4), Offset(at + 24), Offset(at + 32), Offset(headers[U32(at + 40)] + 24), (int)U32(at + 44)));
    }

    private IEnumerable<NeededVersion> ReadNeeds(Section section)
    {
        var library = section.Offset;
        for (var i = 0; i < section.Info; i++)
        {
            var version = library + (int)U32(library + 8);
            for (var k = U16(library + 2); k > 0; k--)
            {
                yield return new NeededVersion(
                    Text(section.Names + (int)U32(library + 4)), Text(section.Names + (int)U32(version + 8)), U16(version + 6) & 0x7fff,
                    (U16(version + 4) & Weak) != 0, version);
                version += (int)U32(version + 12);
            }
            library += (int)U32(library + 12);
        }
    }

    private IEnumerable<(int Index, string Version)> ReadDefinitions(Section section)
    {
        var definition = section.Offset;
        for (var i = 0; i < section.Info; i++)
        {
            yield return (U16(definition + 4) & 0x7fff, Text(section.Names + (int)U32(definition + (int)U32(definition + 12))));
            definition += (int)U32(definition + 16);
        }
    }

    private IEnumerable<Symbol> ReadSymbols(Section section)
    {
        for (var i = 0; i < section.Size / SymbolSize; i++)
        {
            var at = section.Offset + i * SymbolSize;
            var version = _versionIndices == 0 ? 0 : U16(_versionIndices + 2 * i) & 0x7fff;
            yield return new Symbol(Text(section.Names + (int)U32(at)), U16(at + 6) != 0, version, i);
        }
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    private int Offset(int at) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at)));

    private string Text(int at) => Encoding.UTF8.GetString(_bytes.AsSpan(at, _bytes.AsSpan(at).IndexOf((byte)0)));

    /// <summary>
    /// A version, such as "GLIBCXX_3.4.32", needed from a library, such as "libstdc++.so.6". Symbols refer to the version by its index. The
    /// offset is the position of its entry in the file, in bytes.
    /// </summary>
    public sealed record NeededVersion(string Library, string Version, int Index, bool IsOptional, int Offset);

    /// <summary>A dynamic symbol: its mangled name, whether the library defines it, its version and its position in the table.</summary>
    public sealed record Symbol(string Name, bool IsDefined, int VersionIndex, int Position);

    private readonly record struct Section(uint Type, int Offset, int Size, int Names, int Info);
}
