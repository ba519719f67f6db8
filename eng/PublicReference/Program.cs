using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

// usage: PublicReference ASSEMBLY COPY TYPE...
// Copies ASSEMBLY to COPY, and makes every TYPE (a full name) public with its internal members and nested types.
var (source, target, wanted) = (args[0], args[1], args[2..].ToHashSet());
var bytes = File.ReadAllBytes(source);
using var file = new PEReader(new MemoryStream(bytes));
var reader = file.GetMetadataReader();
var metadata = file.PEHeaders.MetadataStartOffset;

// Offsets of the flags in the rows of metadata tables (ECMA-335, II.22).
const int TypeFlags = 0;
const int FieldFlags = 0;
const int MethodFlags = 6;

Span<byte> Row(TableIndex table, EntityHandle handle, int offset) => bytes.AsSpan(
    metadata + reader.GetTableMetadataOffset(table) + reader.GetTableRowSize(table) * (MetadataTokens.GetRowNumber(handle) - 1) + offset);

void Put(TableIndex table, EntityHandle handle, int offset, int mask, int old, int @new)
{
    var flags = Row(table, handle, offset);
    if ((flags[0] & mask) == old)
        flags[0] = (byte)(flags[0] & ~mask | @new);
}

bool IsWanted(TypeDefinition type) => type.GetDeclaringType() is { IsNil: false } outer
    ? IsWanted(reader.GetTypeDefinition(outer))
    : wanted.Contains($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}");

foreach (var handle in reader.TypeDefinitions)
{
    var type = reader.GetTypeDefinition(handle);
    if (!IsWanted(type))
        continue;
    const int Visibility = (int)TypeAttributes.VisibilityMask;
    Put(TableIndex.TypeDef, handle, TypeFlags, Visibility, (int)TypeAttributes.NotPublic, (int)TypeAttributes.Public);
    Put(TableIndex.TypeDef, handle, TypeFlags, Visibility, (int)TypeAttributes.NestedAssembly, (int)TypeAttributes.NestedPublic);
    foreach (var field in type.GetFields())
        Put(TableIndex.Field, field, FieldFlags, (int)FieldAttributes.FieldAccessMask, (int)FieldAttributes.Assembly, (int)FieldAttributes.Public);
    foreach (var method in type.GetMethods())
        Put(TableIndex.MethodDef, method, MethodFlags, (int)MethodAttributes.MemberAccessMask, (int)MethodAttributes.Assembly, (int)MethodAttributes.Public);
}

// Do not write an unchanged file: a new time would trigger a recompilation.
if (!File.Exists(target) || !bytes.AsSpan().SequenceEqual(File.ReadAllBytes(target)))
{
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
    File.WriteAllBytes(target, bytes);
}
