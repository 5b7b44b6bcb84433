using System.Text.Json;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// Reads a header's JSON token by token, so that nothing is allocated but names, shapes and metadata. Checks each entry by itself.
/// </summary>
internal sealed class HeaderReader(string path)
{
    // Object of entries, entry, array of numbers: three levels.
    private const int MaxDepth = 3;

    private readonly List<TensorEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<long> _numbers = [];

    /// <exception cref="JsonException">The header is not JSON, or nested too deeply.</exception>
    /// <exception cref="SafetensorsException">An entry breaks the format.</exception>
    public (List<TensorEntry> Entries, Dictionary<string, string> Metadata) Read(ReadOnlySpan<byte> header)
    {
        var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        while (ReadKey(ref reader, "the header") is { } name)
        {
            if (!_names.Add(name))
            {
                throw Fail(SafetensorsError.DuplicateKey, $"the header names \"{name}\" twice.");
            }

            if (name == SafetensorsFormat.MetadataKey)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                _entries.Add(ReadEntry(ref reader, name));
            }
        }

        // Only white space may follow: the reader throws on anything else.
        reader.Read();
        return (_entries, _metadata);
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fail(SafetensorsError.InvalidMetadata, $"{SafetensorsFormat.MetadataKey} is not an object.");
        }

        while (ReadKey(ref reader, SafetensorsFormat.MetadataKey) is { } key)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Fail(
                    SafetensorsError.InvalidMetadata, $"{SafetensorsFormat.MetadataKey} key \"{key}\" does not hold a string.");
            }

            if (!_metadata.TryAdd(key, GetText(ref reader, SafetensorsFormat.MetadataKey)))
            {
                throw Fail(SafetensorsError.DuplicateKey, $"{SafetensorsFormat.MetadataKey} names \"{key}\" twice.");
            }
        }
    }

    private TensorEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fail(SafetensorsError.MalformedEntry, $"tensor \"{name}\" is not described by an object.");
        }

        DType? dtype = null;
        TensorShape? shape = null;
        (long Begin, long End)? offsets = null;
        while (ReadKey(ref reader, $"tensor \"{name}\"") is { } key)
        {
            var known = key is "dtype" or "shape" or "data_offsets";
            var seen = (key == "dtype" && dtype is not null)
                || (key == "shape" && shape is not null)
                || (key == "data_offsets" && offsets is not null);
            if (!known || seen)
            {
                throw seen
                    ? Fail(SafetensorsError.DuplicateKey, $"tensor \"{name}\" names \"{key}\" twice.")
                    : Fail(SafetensorsError.MalformedEntry, $"tensor \"{name}\" has the unknown key \"{key}\".");
            }

            reader.Read();
            switch (key)
            {
                case "dtype":
                    dtype = ReadDType(ref reader, name);
                    break;
                case "shape":
                    shape = ReadShape(ref reader, name);
                    break;
                default:
                    offsets = ReadOffsets(ref reader, name);
                    break;
            }
        }

        if (dtype is not { } type || shape is not { } extents || offsets is not { } range)
        {
            throw Fail(
                SafetensorsError.MalformedEntry, $"tensor \"{name}\" lacks one of the keys dtype, shape and data_offsets.");
        }

        var entry = new TensorEntry(name, type, extents, range.Begin, range.End);
        CheckSize(entry);
        return entry;
    }

    private DType ReadDType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Fail(SafetensorsError.MalformedEntry, $"tensor \"{name}\" has a dtype that is not a string.");
        }

        var text = GetText(ref reader, $"tensor \"{name}\"");
        return DTypeExtensions.FromSafetensorsName(text) ?? throw new SafetensorsException(
            SafetensorsError.UnknownDType,
            path,
            $"tensor \"{name}\" has the element type \"{text}\", which is not supported. Convert it to one of "
                + $"{string.Join(", ", Enum.GetValues<DType>().Select(known => known.SafetensorsName()))}.");
    }

    private TensorShape ReadShape(ref Utf8JsonReader reader, string name)
    {
        if (!ReadNumbers(ref reader, SafetensorsFormat.MaxRank))
        {
            throw Fail(
                SafetensorsError.InvalidShape,
                $"tensor \"{name}\" has a shape that is not an array of at most {SafetensorsFormat.MaxRank} integers >= 0.");
        }

        try
        {
            return new TensorShape([.. _numbers]);
        }
        catch (OverflowException)
        {
            throw Fail(
                SafetensorsError.ShapeOverflow,
                $"tensor \"{name}\" of shape [{string.Join(", ", _numbers)}] has more elements than 64 bits can count.");
        }
    }

    private (long Begin, long End) ReadOffsets(ref Utf8JsonReader reader, string name)
    {
        if (!ReadNumbers(ref reader, maxCount: 2) || _numbers.Count != 2 || _numbers[0] > _numbers[1])
        {
            throw Fail(
                SafetensorsError.InvalidOffsets,
                $"tensor \"{name}\" has data_offsets [{string.Join(", ", _numbers)}], which are not two integers 0 <= begin <= end.");
        }

        return (_numbers[0], _numbers[1]);
    }

    /// <summary>Reads an array of integers >= 0 into <see cref="_numbers"/>; false when it is anything else.</summary>
    private bool ReadNumbers(ref Utf8JsonReader reader, int maxCount)
    {
        _numbers.Clear();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number))
            {
                return false;
            }

            _numbers.Add(number);
            if (number < 0 || _numbers.Count > maxCount)
            {
                return false;
            }
        }

        return true;
    }

    private void CheckSize(TensorEntry entry)
    {
        long needed;
        try
        {
            needed = checked(entry.Shape.ElementCount * entry.DType.ByteCount());
        }
        catch (OverflowException)
        {
            throw Fail(SafetensorsError.ShapeOverflow, $"{entry} has more bytes than 64 bits can count.");
        }

        if (entry.End - entry.Begin != needed)
        {
            throw Fail(SafetensorsError.SizeMismatch, $"{entry} needs {needed} bytes, but its offsets hold {entry.End - entry.Begin}.");
        }
    }

    private string? ReadKey(ref Utf8JsonReader reader, string where)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? GetText(ref reader, where) : null;
    }

    private string GetText(ref Utf8JsonReader reader, string where)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // An escape such as \ud800 that is half of a surrogate pair.
            throw new SafetensorsException(
                SafetensorsError.HeaderNotJson, path, $"{where} holds a string with a broken escape. Export the file again.", exception);
        }
    }

    private SafetensorsException Fail(SafetensorsError error, string detail) =>
        new(error, path, $"{detail} The header is damaged: download or export the file again.");
}
