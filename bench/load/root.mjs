// What the package costs, by import.
import 'bsd-socket';
