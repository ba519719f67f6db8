namespace MakeDamagedParts;

/// <summary>Draws a brushed plate with five holes on a rough surface. Position, size, angle and light vary between parts.</summary>
internal sealed class Part
{
    public const int Side = 128;

    // Lengths are in pixels, relative to the center of the plate.
    private const float HalfWidth = 46;
    private const float HalfHeight = 32;
    private const float Corner = 9;
    private const float Rim = 1.5f;

    private static readonly (float X, float Y, float Radius)[] Holes =
        [(0, 0, 11), (-35, -21, 5), (35, -21, 5), (-35, 21, 5), (35, 21, 5)];

    private readonly Random _random;
    private readonly float _left;
    private readonly float _top;
    private readonly float _angle;
    private readonly float _size;
    private readonly float _light;
    private readonly (float X, float Y) _slope;
    private readonly float[] _coarse;
    private readonly float[] _brushed;
    private readonly float[] _grain;
    private readonly float[] _damage = new float[Side * Side];

    public Part(Random random)
    {
        _random = random;
        (_left, _top) = (Side / 2f + Around(0, 3), Side / 2f + Around(0, 3));
        (_angle, _size, _light) = (Around(0, 0.05f), Around(1, 0.02f), Around(1, 0.08f));
        _slope = (Around(0, 0.06f), Around(0, 0.06f));
        (_coarse, _brushed, _grain) = (Noise(17 * 17), Noise(Side), Noise(Side * Side));
    }

    /// <summary>Gets the mask of scratched pixels, row by row.</summary>
    public bool[] Mask { get; } = new bool[Side * Side];

    /// <summary>Adds scratches: thin, slightly bent lines, darker or lighter than the metal.</summary>
    /// <returns>The contrast of each scratch to the metal, where white is 1.</returns>
    public float[] Scratch(int count) => [.. Enumerable.Range(0, count).Select(_ => Scratch())];

    /// <summary>Draws the part, row by row: red, green and blue in [0, 1].</summary>
    public (float Red, float Green, float Blue)[] Draw() => [.. Enumerable.Range(0, Side * Side).Select(i => Color(i % Side, i / Side))];

    private float Scratch()
    {
        while (true)
        {
            var (x, y, angle, bend) = (Around(0, HalfWidth), Around(0, HalfHeight), Around(0, MathF.PI), Around(0, 0.012f));
            var (length, width, contrast) = (Around(35, 17), Around(1.6f, 0.6f), Around(0.2f, 0.1f));
            var covered = new float[Side * Side];
            for (var step = -length / 2; step < length / 2; step += 0.25f)
            {
                var (sine, cosine, aside) = (MathF.Sin(angle), MathF.Cos(angle), bend * step * step);
                Cover(covered, x + step * cosine - aside * sine, y + step * sine + aside * cosine, width);
            }
            // Try again if the scratch is hardly on the metal.
            if (covered.Count(share => share > 0.5f) < 30)
                continue;
            var sign = _random.Next(2) == 0 ? -1 : 1;
            for (var i = 0; i < covered.Length; i++)
            {
                _damage[i] += sign * contrast * covered[i];
                Mask[i] |= covered[i] > 0.5f;
            }
            return contrast;
        }
    }

    /// <summary>Covers the pixels around a point of the plate.</summary>
    private void Cover(float[] covered, float x, float y, float width)
    {
        var (column, row) = FromPlate(x, y);
        for (var i = (int)row - 2; i <= (int)row + 3; i++)
            for (var j = (int)column - 2; j <= (int)column + 3; j++)
                if (i is >= 0 and < Side && j is >= 0 and < Side)
                {
                    var distance = MathF.Sqrt((j - column) * (j - column) + (i - row) * (i - row));
                    var share = Math.Clamp(width / 2 + 0.5f - distance, 0, 1) * Inside(MetalDepth(ToPlate(j, i)) - Rim - 1);
                    covered[i * Side + j] = Math.Max(covered[i * Side + j], share);
                }
    }

    private (float Red, float Green, float Blue) Color(int column, int row)
    {
        var place = ToPlate(column, row);
        var depth = MetalDepth(place);
        var grain = _grain[row * Side + column];
        var ground = 0.32f + 0.05f * Coarse(column, row) + 0.02f * grain;
        // The light from the upper left casts a shadow of the plate on the ground.
        ground *= 1 - 0.35f * Inside(MetalDepth(ToPlate(column - 3, row - 3)));
        var brushed = _brushed[Math.Clamp((int)(Side / 2 + place.Y), 0, Side - 1)];
        var metal = 0.64f + 0.012f * brushed + 0.012f * grain - 0.15f * Inside(Rim - depth) + _damage[row * Side + column];
        var light = _light + _slope.X * (column - Side / 2f) / Side + _slope.Y * (row - Side / 2f) / Side;
        var share = Inside(depth);
        float Mix(float ofGround, float ofMetal) => light * ((1 - share) * ofGround * ground + share * ofMetal * metal);
        return (Mix(1.15f, 0.98f), Mix(1f, 1f), Mix(0.82f, 1.03f));
    }

    /// <summary>Computes the distance of a point to the edge of the metal; negative outside the plate and in its holes.</summary>
    private static float MetalDepth((float X, float Y) place)
    {
        var (x, y) = (Math.Abs(place.X) - HalfWidth + Corner, Math.Abs(place.Y) - HalfHeight + Corner);
        var (right, below) = (Math.Max(x, 0), Math.Max(y, 0));
        var depth = Corner - MathF.Sqrt(right * right + below * below) - Math.Min(Math.Max(x, y), 0);
        foreach (var (holeX, holeY, radius) in Holes)
            depth = Math.Min(depth, MathF.Sqrt((place.X - holeX) * (place.X - holeX) + (place.Y - holeY) * (place.Y - holeY)) - radius);
        return depth;
    }

    /// <summary>Computes the covered share of a pixel from the distance of its center to the edge.</summary>
    private static float Inside(float depth) => Math.Clamp(depth + 0.5f, 0, 1);

    private (float X, float Y) ToPlate(float column, float row)
    {
        var (x, y, sine, cosine) = ((column - _left) / _size, (row - _top) / _size, MathF.Sin(_angle), MathF.Cos(_angle));
        return (cosine * x + sine * y, cosine * y - sine * x);
    }

    private (float Column, float Row) FromPlate(float x, float y)
    {
        var (sine, cosine) = (MathF.Sin(_angle), MathF.Cos(_angle));
        return (_left + _size * (cosine * x - sine * y), _top + _size * (cosine * y + sine * x));
    }

    /// <summary>Interpolates coarse noise with one value every eight pixels.</summary>
    private float Coarse(int column, int row)
    {
        var (x, y, right, below) = (column / 8, row / 8, column % 8 / 8f, row % 8 / 8f);
        float At(int i, int j) => _coarse[i * 17 + j];
        var (above, under) = (At(y, x) + right * (At(y, x + 1) - At(y, x)), At(y + 1, x) + right * (At(y + 1, x + 1) - At(y + 1, x)));
        return above + below * (under - above);
    }

    private float Around(float middle, float spread) => middle + spread * (2 * _random.NextSingle() - 1);

    private float[] Noise(int count) => [.. Enumerable.Range(0, count).Select(_ => Around(0, 1))];
}
