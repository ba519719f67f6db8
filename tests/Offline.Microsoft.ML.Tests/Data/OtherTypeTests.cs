namespace Offline.Microsoft.ML.Tests.Data;

/// <summary>Columns of types that are none of the usual ones, such as images.</summary>
public class OtherTypeTests
{
    private readonly MLContext _ml = new(1);
    private readonly Picture[] _rows = Enumerable.Range(0, 5).Select(i => new Picture { Id = i, Place = new Uri("http://localhost/" + i) }).ToArray();

    [Fact]
    public void An_attribute_gives_a_member_its_type()
    {
        var view = _ml.Data.LoadFromEnumerable(_rows);
        Assert.Equal("Place: a place", view.Schema["Place"].ToString());
        Assert.Equal(_rows.Select(r => r.Place), view.GetColumn<Uri>("Place"));
        Assert.Equal(_rows.Select(r => r.Place), _ml.Data.CreateEnumerable<Picture>(view, true).Select(r => r.Place));
        Assert.Equal(3, _ml.Data.FilterByCustomPredicate<Picture>(view, r => r.Place.AbsolutePath is "/1" or "/3").GetColumn<Uri>("Place").Count());
        Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<Wrong>(view, true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Views_that_store_rows_drop_such_columns(bool shuffle)
    {
        var view = _ml.Data.LoadFromEnumerable(_rows);
        var stored = shuffle ? _ml.Data.ShuffleRows(view) : _ml.Data.Cache(view);
        Assert.Equal(["Before", "Id"], stored.Schema.Select(c => c.Name));
        Assert.Equal(1, stored.Schema["Id"].Index);
        Assert.Equal(Enumerable.Range(0, 5), stored.Ids().Order());
    }

    [Fact]
    public void A_type_is_registered_once()
    {
        DataViewTypeManager.Register(new PlaceType(), typeof(Uri), new PlaceAttribute());
        Assert.Throws<InvalidOperationException>(() => DataViewTypeManager.Register(new OtherPlaceType(), typeof(Uri), new PlaceAttribute()));
        Assert.Throws<ArgumentOutOfRangeException>(() => DataViewTypeManager.Register(new PlaceType(), typeof(string)));
    }

    private sealed class Picture
    {
        public float Before { get; set; }

        [Place]
        public Uri Place { get; set; }

        public int Id { get; set; }
    }

    private sealed class Wrong
    {
        public string Place { get; set; }
    }

    [AttributeUsage(AttributeTargets.Property)]
    private sealed class PlaceAttribute : DataViewTypeAttribute
    {
        public override void Register() => DataViewTypeManager.Register(new PlaceType(), typeof(Uri), this);

        public override bool Equals(DataViewTypeAttribute other) => other is PlaceAttribute;

        public override int GetHashCode() => 1;
    }

    private sealed class PlaceType() : StructuredDataViewType(typeof(Uri))
    {
        public override bool Equals(DataViewType other) => other is PlaceType;

        public override string ToString() => "a place";
    }

    private sealed class OtherPlaceType() : StructuredDataViewType(typeof(Uri))
    {
        public override bool Equals(DataViewType other) => other is OtherPlaceType;
    }
}
